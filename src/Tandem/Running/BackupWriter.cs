using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tandem.Planning;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Running;

/// <summary>The lines of a backup. Values keep their types: text, whole numbers, numbers with a point, truth values, and objects for the rest.</summary>
internal sealed class BackupWriter(Stream stream, IncrementalHash hash)
{
    private const int Format = 1;

    /// <summary>The first line: what the file is and what makes the dropped objects again.</summary>
    public void Head(Plan plan, RenderedStep step, IReadOnlyList<string> columns, DateTimeOffset at) => Line(JsonSerializer.Serialize(
        new
        {
            Tandem = "backup",
            Format,
            plan.Migration,
            plan.PlanHash,
            Schema = plan.SchemaName,
            step.Table,
            Step = step.Id,
            At = Words.Stamp(at),
            Definition = step.BackupDefinition,
            Columns = columns,
        },
        Fingerprint.Json));

    /// <summary>A line a row.</summary>
    public void Rows(IEnumerable<object?[]> rows)
    {
        foreach (var row in rows)
        {
            Line($"[{string.Join(',', row.Select(Value))}]");
        }
    }

    /// <summary>The last line, which tells that the file is whole.</summary>
    public void Tail(long rows)
    {
        Line(JsonSerializer.Serialize(new { End = true, Rows = rows }, Fingerprint.Json));
        stream.Flush();
    }

    private static string Value(object? value) => value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        double number when double.IsFinite(number) => WithPoint(number.ToString("R", CultureInfo.InvariantCulture)),
        double number => JsonSerializer.Serialize(new { Double = number.ToString(CultureInfo.InvariantCulture) }, Fingerprint.Json),
        byte[] bytes => JsonSerializer.Serialize(new { Base64 = Convert.ToBase64String(bytes) }, Fingerprint.Json),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => JsonSerializer.Serialize(value.ToString(), Fingerprint.Json),
    };

    private static string WithPoint(string number) => number.AsSpan().IndexOfAny('.', 'E') < 0 ? number + ".0" : number;

    private void Line(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text + "\n");
        stream.Write(bytes);
        hash.AppendData(bytes);
    }
}
