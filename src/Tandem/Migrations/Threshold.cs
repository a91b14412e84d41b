using System.ComponentModel;
using Tandem.Operations;

namespace Tandem.Migrations;

/// <summary>A condition for pausing or going back: a mapping entry <c>name: rule</c> in the file.</summary>
/// <param name="Name">What is measured: one of <see cref="Measures"/>, or a name of the user's own.</param>
/// <param name="Rule">The rule.</param>
[WrittenAsMapping]
public sealed record Threshold(string Name, ThresholdRule Rule);

/// <summary>When a measured value is too much, what happens then, and for a measure of the user's own where the value comes from.</summary>
[ShortForm(nameof(Is))]
public sealed record ThresholdRule
{
    /// <summary>The condition.</summary>
    [Description("The condition that fires: a comparison and a number, with ms, s, m or h for times and % for shares, for example \"> 0.1%\". A query without one fires when it answers true or more than 0.")]
    public string? Is { get; init; }

    /// <summary>What is done.</summary>
    [Description("What is done when it fires: pause, which waits for a person, or rollback. Without it: rollback as long as the new version is not served, from then on pause.")]
    public GuardAction? Then { get; init; }

    /// <summary>A query.</summary>
    [Description("A measure of your own: a query with one row and one column, a number or true and false.")]
    public SqlText? Query { get; init; }

    /// <summary>A query whose time counts.</summary>
    [Description("A measure of your own: a query of your applications'. Its value is the time that it takes.")]
    public SqlText? Watch { get; init; }

    /// <summary>An address.</summary>
    [Description("A measure of your own: an address that answers with a number, or with an instant query's result as Prometheus gives it (of several values the greatest counts). ${NAME} is a variable of the environment.")]
    public string? Url { get; init; }

    /// <summary>A column.</summary>
    [Description("A measure of your own: the share of rows in which this column of the new version is NULL, as table.column; for columns whose values an expression of the migration gives.")]
    public string? Nulls { get; init; }

    /// <summary>A column.</summary>
    [Description("A measure of your own: the share of rows in which this column of the new version, as table.column, has a value that it had nowhere before the new version was served; for columns with up to 20 different values that an expression of the migration gives.")]
    public string? Domain { get; init; }

    /// <summary>A column.</summary>
    [Description("A measure of your own: how far the values of this column of the new version, as table.column, have moved since before it was served, as the population stability index: 0 for not at all, more than 0.25 for much; for columns that an expression of the migration gives.")]
    public string? Distribution { get; init; }

    /// <summary>The column that it names, of whichever measure.</summary>
    internal string? Column => Nulls ?? Domain ?? Distribution;

    /// <summary>Whether it says where the value comes from.</summary>
    internal bool HasSource => Sources > 0;

    /// <summary>How many places it names.</summary>
    internal int Sources => new object?[] { Query, Watch, Url, Nulls, Domain, Distribution }.Count(s => s is not null);

    /// <summary>This rule, and another's parts where this one says nothing.</summary>
    /// <param name="other">The rule of the same name that comes behind.</param>
    public ThresholdRule Else(ThresholdRule other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var source = HasSource ? this : other;
        return new ThresholdRule
        {
            Is = Is ?? other.Is, Then = Then ?? other.Then, Query = source.Query, Watch = source.Watch, Url = source.Url,
            Nulls = source.Nulls, Domain = source.Domain, Distribution = source.Distribution,
        };
    }

    /// <summary>The same with its texts for one engine.</summary>
    /// <param name="engine">The engine's name in files.</param>
    internal ThresholdRule For(string engine) => this with { Query = Text(Query, engine), Watch = Text(Watch, engine) };

    private static SqlText? Text(SqlText? text, string engine) => text?.For(engine) is { } sql ? new SqlText(sql) : null;
}

/// <summary>What happens when a condition is met.</summary>
public enum GuardAction
{
    /// <summary>The run stops, or what is live is held, until a person lets it go on.</summary>
    Pause,

    /// <summary>The old version alone is served again.</summary>
    Rollback,
}
