using System.Globalization;
using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Migrations;

/// <summary>Makes texts, numbers, durations, dates and choices from single values of a file.</summary>
internal sealed class ScalarBinder(List<Problem> problems)
{
    /// <summary>Whether values of this type are written as one scalar.</summary>
    public static bool CanBind(Type type) =>
        type.IsEnum || type == typeof(string) || type == typeof(bool) || type == typeof(int) || type == typeof(long)
        || type == typeof(double) || type == typeof(TimeSpan) || type == typeof(DateOnly) || type == typeof(TimeOnly);

    /// <summary>The words of an enumeration as a file spells them.</summary>
    public static IReadOnlyDictionary<string, object> Choices(Type type) => Enum.GetValuesAsUnderlyingType(type)
        .Cast<object>()
        .Select(value => Enum.ToObject(type, value))
        .ToDictionary(value => FileForm.Snake(value.ToString()!), StringComparer.Ordinal);

    /// <summary>The value, or null when the text is no such value.</summary>
    public object? Bind(Type type, FileNode node, Spot spot)
    {
        if (node is not ScalarNode scalar)
        {
            Report(ProblemCodes.WrongKind, $"`{spot.Shown}` must be {KindOf(type)}, not {node.Kind}.", node);
            return null;
        }

        return type switch
        {
            _ when type == typeof(string) => scalar.Value,
            _ when type == typeof(bool) => Bool(scalar, spot),
            _ when type == typeof(int) => (int?)Whole(scalar, spot, int.MinValue, int.MaxValue),
            _ when type == typeof(long) => Whole(scalar, spot, long.MinValue, long.MaxValue),
            _ when type == typeof(double) => Number(scalar, spot),
            _ when type == typeof(TimeSpan) => Duration(scalar, spot),
            _ when type == typeof(DateOnly) => Date(scalar, spot),
            _ when type == typeof(TimeOnly) => TimeOfDay(scalar, spot),
            _ => Choice(type, scalar, spot),
        };
    }

    /// <summary>An SQL text; reports what no engine could cut into words.</summary>
    public string? Sql(ScalarNode scalar, Spot spot)
    {
        if (string.IsNullOrWhiteSpace(scalar.Value))
        {
            Report(ProblemCodes.EmptyValue, $"`{spot.Shown}` is blank.", scalar);
            return null;
        }

        if (SqlLexer.FindError(scalar.Value) is { } error)
        {
            var where = error.Line == 1 ? $"column {error.Column}" : $"line {error.Line}, column {error.Column}";
            Report(ProblemCodes.SqlNotClosed, $"In `{spot.Shown}`, at {where} of the text, {error.Message}.", scalar);
            return null;
        }

        return scalar.Value;
    }

    private static string KindOf(Type type) => type switch
    {
        _ when type == typeof(string) => "a text",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(double) => "a number",
        _ when type == typeof(TimeSpan) => "a duration",
        _ when type == typeof(DateOnly) => "a date",
        _ when type == typeof(TimeOnly) => "a time of the day",
        { IsEnum: true } => "one of " + string.Join(", ", Choices(type).Keys),
        _ => "a whole number",
    };

    private bool? Bool(ScalarNode scalar, Spot spot)
    {
        switch (scalar)
        {
            case { Plain: true, Value: "true" or "True" or "TRUE" }:
                return true;
            case { Plain: true, Value: "false" or "False" or "FALSE" }:
                return false;
            default:
                var meant = scalar.Value.ToUpperInvariant() switch
                {
                    "YES" or "ON" or "TRUE" or "Y" or "1" => "Write true, without quotes.",
                    "NO" or "OFF" or "FALSE" or "N" or "0" => "Write false, without quotes.",
                    _ => null,
                };
                Report(ProblemCodes.WrongKind, $"`{spot.Shown}` must be true or false.", scalar, meant);
                return null;
        }
    }

    private long? Whole(ScalarNode scalar, Spot spot, long least, long most)
    {
        const NumberStyles style = NumberStyles.AllowLeadingSign;
        if (scalar.Plain && long.TryParse(scalar.Value, style, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most)
        {
            return number;
        }

        var range = least == int.MinValue || least == long.MinValue ? "" : $" from {least} to {most}";
        Report(ProblemCodes.WrongKind, $"`{spot.Shown}` must be a whole number{range}, without quotes.", scalar);
        return null;
    }

    private double? Number(ScalarNode scalar, Spot spot)
    {
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (scalar.Plain && double.TryParse(scalar.Value, style, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return number;
        }

        Report(ProblemCodes.WrongKind, $"`{spot.Shown}` must be a number, without quotes.", scalar);
        return null;
    }

    private TimeSpan? Duration(ScalarNode scalar, Spot spot)
    {
        if (Durations.TryParse(scalar.Value, out var duration))
        {
            return duration;
        }

        Report(ProblemCodes.BadDuration, $"`{spot.Shown}` is not a duration.", scalar);
        return null;
    }

    private DateOnly? Date(ScalarNode scalar, Spot spot)
    {
        if (DateOnly.TryParseExact(scalar.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return date;
        }

        Report(ProblemCodes.BadDate, $"`{spot.Shown}` is not a date of the calendar in the form year-month-day.", scalar);
        return null;
    }

    private TimeOnly? TimeOfDay(ScalarNode scalar, Spot spot)
    {
        if (TimeOnly.TryParseExact(scalar.Value, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return time;
        }

        Report(ProblemCodes.BadTimeOfDay, $"`{spot.Shown}` is not a time of the day in the form hours:minutes.", scalar);
        return null;
    }

    private object? Choice(Type type, ScalarNode scalar, Spot spot)
    {
        var choices = Choices(type);
        if (choices.TryGetValue(scalar.Value, out var value))
        {
            return value;
        }

        var meant = NearestName.Find(scalar.Value, choices.Keys);
        Report(
            ProblemCodes.BadChoice,
            $"`{spot.Shown}` must be one of {string.Join(", ", choices.Keys)}.",
            scalar,
            meant is null ? null : $"Did you mean `{meant}`?");
        return null;
    }

    private void Report(ProblemCode code, string message, FileNode at, string? remedy = null) =>
        problems.Add(new Problem(code, message, at.Place, Remedy: remedy));
}
