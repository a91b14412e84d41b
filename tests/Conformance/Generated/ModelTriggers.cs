using Tandem.Schema;

namespace Tandem.Tests.Conformance.Generated;

/// <summary>Triggers that put one letter in the place of another in a column, whoever writes it.</summary>
/// <param name="Names">Their names; PostgreSQL needs one, SQLite one for each event.</param>
/// <param name="Function">The function that they call, where functions are.</param>
/// <param name="Column">The column.</param>
/// <param name="To">The letter that comes in the place of w.</param>
internal sealed record ModelNormal(ValueList<string> Names, string Function, string Column, char To)
{
    /// <summary>What becomes of a value.</summary>
    public string? Apply(string? value) => value?.Replace('w', To);

    /// <summary>The function's body.</summary>
    public string Body => $"begin new.{Text.Name(Column)} := {Call}; return new; end";

    private string Call => $"replace(new.{Text.Name(Column)}, 'w', '{To}')";

    /// <summary>The statements that make them.</summary>
    public IEnumerable<string> Sql(ModelTable table, bool postgres)
    {
        var column = Text.Name(Column);
        if (postgres)
        {
            return
            [
                $"create function {Text.Name(Function)}() returns trigger language plpgsql as {Text.Literal(Body)}",
                $"create trigger {Text.Name(Names[0])} before insert or update of {column} on {Text.Name(table.Name)} for each row execute function {Text.Name(Function)}()",
            ];
        }

        return Events(table).Select(e => $"create trigger {Text.Name(e.Name)} after {e.Sql} on {Text.Name(table.Name)} when {e.When} begin {e.Act}; end");
    }

    /// <summary>The events on SQLite, with the condition for each and what is done.</summary>
    public IEnumerable<(string Name, string Sql, string When, string Act)> Events(ModelTable table)
    {
        var column = Text.Name(Column);
        var same = string.Join(" and ", table.Key.Select(c => $"{c.Sql} = new.{c.Sql}"));
        return Names.Zip(["insert", $"update of {column}"], (name, happened) =>
            (name, happened, $"new.{column} <> {Call}", $"update {Text.Name(table.Name)} set {column} = {Call} where {same}"));
    }
}

/// <summary>Triggers that fire before a row is stored and refuse one with a digit in a column; on SQLite, where such a trigger can do no more.</summary>
/// <param name="Names">Their names, one for each event.</param>
/// <param name="Column">The column.</param>
internal sealed record ModelStop(ValueList<string> Names, string Column)
{
    /// <summary>What they say.</summary>
    public const string Message = "no three";

    /// <summary>What they do.</summary>
    public const string Act = $"select raise(abort, '{Message}')";

    /// <summary>The events, with the condition for each.</summary>
    public IEnumerable<(string Name, string Sql, string When)> Events =>
    [
        (Names[0], "insert", $"new.{Text.Name(Column)} like '%3%'"),
        (Names[1], $"update of {Text.Name(Column)}", $"new.{Text.Name(Column)} like '%3%' and new.{Text.Name(Column)} is not old.{Text.Name(Column)}"),
    ];

    /// <summary>Whether they refuse a row that comes, or comes in another's place.</summary>
    public bool Refuses(Row? before, Row? after) =>
        after?[Column] is { } value && value.Contains('3', StringComparison.Ordinal) && before?[Column] != value;

    /// <summary>The statements that make them.</summary>
    public IEnumerable<string> Sql(ModelTable table) => Events.Select(e => $"create trigger {Text.Name(e.Name)} before {e.Sql} on {Text.Name(table.Name)} when {e.When} begin {Act}; end");
}

/// <summary>Triggers that write into a second table what becomes of a column.</summary>
/// <param name="Names">Their names, one for each event.</param>
/// <param name="Function">The function that they call, where functions are.</param>
/// <param name="Column">The column.</param>
internal sealed record ModelLog(ValueList<string> Names, string Function, string Column)
{
    /// <summary>The table that they write to, which no migration touches.</summary>
    public const string Table = "trigger log";

    /// <summary>The events as SQL and as they are written down.</summary>
    public IEnumerable<(string Name, string Sql, string Event, string Row)> Events =>
    [
        (Names[0], "insert", "INSERT", "new"),
        (Names[1], $"update of {Text.Name(Column)}", "UPDATE", "new"),
        (Names[2], "delete", "DELETE", "old"),
    ];

    /// <summary>A condition without which an update is not written down.</summary>
    public string When(bool postgres) => $"old.{Text.Name(Column)} is {(postgres ? "distinct from" : "not")} new.{Text.Name(Column)}";

    /// <summary>What PostgreSQL's triggers call.</summary>
    public string Body(ModelTable table) =>
        $"begin if tg_op = 'DELETE' then {Line(table, "tg_op", "old")}; else {Line(table, "tg_op", "new")}; end if; return null; end";

    /// <summary>The statements that make them.</summary>
    public IEnumerable<string> Sql(ModelTable table, bool postgres) =>
    [
        .. postgres ? [$"create function {Text.Name(Function)}() returns trigger language plpgsql as {Text.Literal(Body(table))}"] : Array.Empty<string>(),
        .. Events.Select(e => $"create trigger {Text.Name(e.Name)} after {e.Sql} on {Text.Name(table.Name)} for each row"
            + (e.Event == "UPDATE" ? $" when ({When(postgres)})" : "")
            + (postgres ? $" execute function {Text.Name(Function)}()" : $" begin {Line(table, Text.Literal(e.Event), e.Row)}; end")),
    ];

    /// <summary>The statement that writes a line.</summary>
    public string Line(ModelTable table, string happened, string row) =>
        $"insert into {Text.Name(Table)} values ({happened}, cast({row}.{table.Key.First().Sql} as text), {row}.{Text.Name(Column)})";
}
