using System.Globalization;
using Tandem.Databases;
using Tandem.Migrations;
using Tandem.Planning;
using Tandem.Running.Health;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Running.Guards;

/// <summary>Where and what a guard measures at one look.</summary>
/// <param name="Ask">Sends a query.</param>
/// <param name="Steps">The steps that know how rows are counted as the tables are now.</param>
/// <param name="Phase">The phase that is under way, or null.</param>
internal sealed record GuardSubject(Ask Ask, ValueList<RenderedStep> Steps, Phase? Phase)
{
    /// <summary>Rows that do not agree; null where nobody compares.</summary>
    public Func<CancellationToken, Task<double?>>? Mismatches { get; init; }

    /// <summary>For how many seconds others were blocked; null where nobody knows.</summary>
    public Func<CancellationToken, Task<double?>>? Blocked { get; init; }

    /// <summary>How columns looked before the new version was served; null while it is not.</summary>
    public Func<CancellationToken, Task<ValueList<ColumnQuality>>>? Baseline { get; init; }

    /// <summary>Whether the new storage is there, so that rows in quarantine can be counted.</summary>
    public bool Made { get; init; } = true;

    /// <summary>Whether the new storage is filled, so that its values tell something.</summary>
    public bool Filled { get; init; } = true;
}

/// <summary>
/// Measures what the conditions of a migration's name. What cannot be measured fires nothing, and is said. A look is not
/// repeated before twenty times as long as it took, so that minding is never what troubles the database.
/// </summary>
internal sealed class Guard(Plan plan, RunnerOptions options, Capabilities capabilities)
{
    private const int MostWaits = 100;
    private const int RestFactor = 20;

    private readonly Dictionary<string, List<double>> waits = new(StringComparer.Ordinal);
    private readonly HashSet<string> lifted = new(StringComparer.Ordinal);
    private long? looked;
    private TimeSpan took;

    /// <summary>Whether there is anything to mind.</summary>
    public bool IsIdle => Criteria.Count == 0;

    /// <summary>How long to rest before the next look.</summary>
    /// <param name="every">How often it should be looked.</param>
    public TimeSpan Rest(TimeSpan every) => took * RestFactor > every ? took * RestFactor : every;

    private List<Threshold> Criteria => plan.RollbackWhen.Where(t => t.Rule is not null && !lifted.Contains(t.Name)).ToList();

    /// <summary>Whether enough time has passed since the last look.</summary>
    public bool IsDue(TimeSpan every) => looked is not { } at || options.Time.GetElapsedTime(at) >= Rest(every);

    /// <summary>Leaves out what a person lifted.</summary>
    public void Lift(IEnumerable<string> names) => lifted.UnionWith(names);

    /// <summary>Measures all conditions.</summary>
    public async Task<ValueList<GuardReading>> LookAsync(GuardSubject subject, CancellationToken cancellationToken)
    {
        var begun = options.Time.GetTimestamp();
        var readings = new List<GuardReading>();
        double? wait = null;
        if (Criteria.Any(t => t.Name is Measures.LockWait or Measures.LockWaitP95))
        {
            wait = await LockWaitAsync(subject, cancellationToken).ConfigureAwait(false);
        }

        foreach (var threshold in Criteria)
        {
            var (value, why) = await MeasureAsync(threshold, wait, subject, cancellationToken).ConfigureAwait(false);
            var text = threshold.Rule.Is ?? "> 0";
            var fired = value is { } number && ThresholdCondition.TryParse(text, out var condition) && condition.IsMet(number);
            readings.Add(new GuardReading(threshold.Name, text, value, fired) { Why = why, Then = threshold.Rule.Then ?? GuardReading.Usual(subject.Phase) });
        }

        looked = options.Time.GetTimestamp();
        took = options.Time.GetElapsedTime(begun);
        return readings.ToValueList();
    }

    private async Task<Measured> MeasureAsync(Threshold threshold, double? wait, GuardSubject subject, CancellationToken cancellationToken)
    {
        var rule = threshold.Rule;
        return threshold.Name switch
        {
            Measures.Mismatches => subject.Mismatches is { } count ? await count(cancellationToken).ConfigureAwait(false) : 0,
            Measures.Quarantined => subject.Made ? await QuarantinedAsync(subject, cancellationToken).ConfigureAwait(false) : 0,
            Measures.Blocked => subject.Blocked is { } blocked ? await blocked(cancellationToken).ConfigureAwait(false) : null,
            Measures.LockWait => wait,
            Measures.LockWaitP95 => wait is { } value ? Percentile(threshold.Name, value) : null,
            _ when rule.Url is { } url => options.AskAddress is { } ask ? await ask(url, cancellationToken).ConfigureAwait(false) : Measured.Not("no address can be asked here"),
            _ when rule.Query?.Any is { } query => (await AskAsync(subject, new SqlStatement(query), cancellationToken).ConfigureAwait(false)).Number,
            _ when rule.Watch?.Any is { } watch => (await AskAsync(subject, new SqlStatement(watch), cancellationToken).ConfigureAwait(false)).Time,
            _ when rule.Nulls is { } column => subject.Filled ? await NullsAsync(column, subject, cancellationToken).ConfigureAwait(false) : 0,
            _ when rule.Domain is { } column => await AgainstBaselineAsync(column, subject, (before, now) => before.Outside(now), cancellationToken).ConfigureAwait(false),
            _ when rule.Distribution is { } column => await AgainstBaselineAsync(column, subject, (before, now) => before.Shift(now), cancellationToken).ConfigureAwait(false),
            _ => Measured.Not(""),
        };
    }

    // As long as the new version is not served, nobody but the engine has written its columns.
    private static async Task<double?> AgainstBaselineAsync(
        string column, GuardSubject subject, Func<ColumnQuality, ColumnQuality, double?> compare, CancellationToken cancellationToken)
    {
        if (subject.Baseline is not { } baseline)
        {
            return 0;
        }

        var before = (await baseline(cancellationToken).ConfigureAwait(false)).FirstOrDefault(c => c.Column == column);
        var steps = subject.Steps.Where(s => s.Walk?.Profile?.Columns.Contains(column) == true);
        var now = (await ColumnQuality.ReadAsync(subject.Ask, steps, cancellationToken).ConfigureAwait(false)).FirstOrDefault(c => c.Column == column);
        return before is null || now is null ? null : compare(before, now);
    }

    private async Task<double?> QuarantinedAsync(GuardSubject subject, CancellationToken cancellationToken)
    {
        var rows = 0d;
        foreach (var query in subject.Steps.Select(s => s.Walk?.Quarantined).OfType<string>().Distinct())
        {
            if (await AskAsync(subject, new SqlStatement(query), cancellationToken).ConfigureAwait(false) is not { FirstNumber: { } count })
            {
                return null;
            }

            rows += count;
        }

        return rows;
    }

    private async Task<double?> NullsAsync(string column, GuardSubject subject, CancellationToken cancellationToken)
    {
        if (subject.Steps.Select(s => s.Walk?.Profile).OfType<Profile>().FirstOrDefault(p => p.Columns.Contains(column)) is not { } profile
            || (await AskAsync(subject, new SqlStatement(profile.Sql), cancellationToken).ConfigureAwait(false)).Result is not { } answer)
        {
            return null;
        }

        var columns = answer.Columns.ToList();
        var (name, rows, nulls) = (columns.IndexOf("column_name"), columns.IndexOf("rows"), columns.IndexOf("nulls"));
        var row = answer.Rows.FirstOrDefault(r => Equals(r[name], column));
        return row is null || NumberOf(row[rows]) is not > 0 ? 0 : NumberOf(row[nulls]) / NumberOf(row[rows]);
    }

    private async Task<double?> LockWaitAsync(GuardSubject subject, CancellationToken cancellationToken)
    {
        if (capabilities.LockWait is not { } query)
        {
            return null;
        }

        var worst = 0d;
        foreach (var table in plan.Changes.SelectMany(c => new[] { c.Before?.Name, c.After?.Name }).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            var statement = new SqlStatement(query, new SqlArgument("schema", plan.SchemaName), new SqlArgument("table", table));
            if (await AskAsync(subject, statement, cancellationToken).ConfigureAwait(false) is not { FirstNumber: { } seconds })
            {
                return null;
            }

            worst = Math.Max(worst, seconds);
        }

        return worst;
    }

    private double Percentile(string name, double value)
    {
        var seen = waits.TryGetValue(name, out var before) ? before : waits[name] = [];
        seen.Add(value);
        if (seen.Count > MostWaits)
        {
            seen.RemoveAt(0);
        }

        return seen.Order().ElementAt((int)Math.Ceiling(seen.Count * 0.95) - 1);
    }

    /// <summary>The answer; without a result where the database does not give one, or not in time.</summary>
    private async Task<Answer> AskAsync(GuardSubject subject, SqlStatement query, CancellationToken cancellationToken)
    {
        var begun = options.Time.GetTimestamp();
        try
        {
            var result = await subject.Ask(query, cancellationToken).ConfigureAwait(false);
            return new Answer(result, options.Time.GetElapsedTime(begun).TotalSeconds);
        }
        catch (DatabaseException e) when (Measured.WhyOf(e) is { } why)
        {
            var tooLong = e.Kind is FailureKind.StatementTimeout or FailureKind.LockTimeout;
            return new Answer(null, tooLong ? options.Time.GetElapsedTime(begun).TotalSeconds : null) { Why = why };
        }
    }

    private static double? NumberOf(object? value) => value switch
    {
        null => null,
        bool truth => truth ? 1 : 0,
        _ => double.TryParse(Convert.ToString(value, CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
    };

    private sealed record Answer(SqlResult? Result, double? Seconds)
    {
        public string Why { get; init; } = "";

        public double? FirstNumber => Result is { Rows.Count: > 0 } result ? NumberOf(result.Rows[0][0]) : null;

        public Measured Number => FirstNumber is { } number ? number : Measured.Not(Result is null ? Why : "the answer is no number");

        public Measured Time => new(Seconds, Seconds is null ? Why : "");
    }
}
