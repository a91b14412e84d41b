using System.Globalization;
using Tandem.Databases;
using Tandem.Postgres.Scripts;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Objects;

/// <summary>
/// Sequences of their own. There is one for both versions, since the values that it gave are given; its options change at
/// the switch, and where it stands never does.
/// </summary>
internal sealed class FreeSequenceSql : ObjectSql
{
    private readonly List<Changed<Sequence>> changes;

    public FreeSequenceSql(RenderContext context)
        : base(context) => changes = All<Sequence>();

    public override IEnumerable<string> Make() => changes.Where(c => c.Added)
        .Select(c => $"CREATE SEQUENCE IF NOT EXISTS {Sql.Id(Schema, c.Name)} AS {c.After!.Type}{Whole(c.After)}");

    public override IEnumerable<string> Arrive(Side to) => changes.Where(c => c.Altered)
        .Select(c => to == Side.New
            ? $"ALTER SEQUENCE {Sql.Id(Schema, c.Name)} AS {c.After!.Type}{Whole(c.After)}"
            : $"SELECT tandem.alter_sequence_back({Sql.Class(Schema, c.Name)}, {Sql.Text(c.Before!.Type)}, {Sql.Text(Whole(c.Before).Trim())})");

    public override IEnumerable<Gate> SwitchGates(Side to) => changes.Where(c => c.Altered && to == Side.New).Select(c => (c.Name, c.After!.Limits)).Select(c => new Gate(
        ProblemCodes.SequenceBeyondLimits.Id,
        $"{{0}} sequence stands beyond the limits that it is to have: {c.Name}, between {Number(c.Limits.Least)} and {Number(c.Limits.Greatest)}.",
        $"SELECT count(*) FROM {Sql.Id(Schema, c.Name)} WHERE last_value NOT BETWEEN {Number(c.Limits.Least)} AND {Number(c.Limits.Greatest)}"));

    // One row: where the sequence stands, as setval takes it.
    public override IEnumerable<RenderedStep> Backup(Side side, bool last) => !last ? [] : changes.Where(c => c.OnlyOn(side)).Select(c => new RenderedStep(
        $"backup sequence {c.Name}", $"Write where the sequence {c.Name} stands into the backup", StepMode.Backup)
    {
        Walk = new Walk(
            "SELECT '1' AS walk_end, 1 AS rows_total",
            $"SELECT CASE WHEN @after::text = '' AND pg_catalog.to_regclass({Sql.Text(Sql.Id(Schema, c.Name))}) IS NOT NULL THEN '1' END AS upto",
            $"SELECT last_value, is_called FROM {Sql.Id(Schema, c.Name)}"),
        BackupDefinition = [PostgresDdl.CreateSequence(Schema, c.Of(side)!)],
    });

    public override IEnumerable<string> Drop(Side side, bool last) => !last ? [] : changes.Where(c => c.OnlyOn(side))
        .Select(c => $"DROP SEQUENCE IF EXISTS {Sql.Id(Schema, c.Name)}");

    public override IEnumerable<Gate> DropGates(Side side, bool last) => !last ? [] : changes.Where(c => c.OnlyOn(side)).Select(c => new Gate(
        ProblemCodes.ObjectsDepend.Id,
        $"{{0}} objects use {c.Words}, which is to be dropped.",
        $"""
        SELECT count(*) FROM pg_catalog.pg_depend d
        WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype = 'n'
          AND d.refobjid = pg_catalog.to_regclass({Sql.Text(Sql.Id(Schema, c.Name))})
        """));

    /// <summary>What stands behind a sequence's name and type.</summary>
    public static string Options(Sequence sequence) =>
        $" INCREMENT BY {Number(sequence.Increment)}"
        + $" {(sequence.Minimum is { } least ? $"MINVALUE {Number(least)}" : "NO MINVALUE")}"
        + $" {(sequence.Maximum is { } greatest ? $"MAXVALUE {Number(greatest)}" : "NO MAXVALUE")}"
        + $" CACHE {Number(sequence.Cache)}{(sequence.Cycle ? " CYCLE" : " NO CYCLE")}";

    /// <summary>The same with the number that it began with.</summary>
    public static string Whole(Sequence sequence) => $"{Options(sequence)} START WITH {Number(sequence.Start)}";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
