using Tandem.Operations;
using Tandem.Schema;

namespace Tandem.Differences;

/// <summary>The columns of one table that both schemas have.</summary>
internal sealed class ColumnStage(StageDraft draft, DifferenceNames names, Alignment alignment, Foundations foundations, (Table Before, Table After) pair)
{
    private readonly Table before = pair.Before;
    private readonly Table after = pair.After;

    private string Name => after.Name;

    /// <summary>Gives columns their types, defaults and rules against NULL.</summary>
    /// <param name="keys">Those of the primary key, or all others.</param>
    public void Change(bool keys)
    {
        foreach (var was in before.Columns)
        {
            var wanted = after.Column(names.Column(before.Name, was.Name));
            if (wanted is not null && before.PrimaryKey?.Columns.Contains(was.Name) == true == keys && Present(wanted) is { } present && !IsAnew(was, wanted))
            {
                Change(was, present, wanted);
            }
        }
    }

    /// <summary>Adds what comes and drops what goes; a column that the database computes otherwise does both.</summary>
    public void AddAndDrop()
    {
        foreach (var was in before.Columns)
        {
            var wanted = after.Column(names.Column(before.Name, was.Name));
            if (wanted is null || IsAnew(was, wanted))
            {
                Drop(was);
            }
        }

        foreach (var wanted in after.Columns.Where(c => Present(c) is null && foundations.HasType(c.Type) && foundations.CouldCall(c.Default, c.Generated, names.Up(after.Name, c.Name))))
        {
            draft.Add(
                new AddColumn
                {
                    Table = Name,
                    Name = wanted.Name,
                    Type = new SqlText(wanted.Type),
                    Nullable = wanted.Nullable || wanted.Identity != IdentityKind.None || wanted.Generated is not null,
                    Default = wanted.Identity == IdentityKind.None ? Text(wanted.Default) : null,
                    Up = Text(names.Up(after.Name, wanted.Name) ?? Computed(wanted)),
                    Identity = wanted.Identity == IdentityKind.Serial ? IdentityKind.ByDefault : wanted.Identity,
                    Generated = Text(wanted.Generated),
                    Stored = wanted.GeneratedStored,
                    Collation = Text(wanted.Collation),
                    Comment = wanted.Comment,
                },
                () => Present(wanted) is { } made && IsSame(made, Begun(made, wanted) with { Settings = made.Settings }));
        }
    }

    // A new column begins as a plain identity column, and one that is computed may be NULL; the rest becomes of them in a later migration.
    private static Column Begun(Column made, Column wanted) => wanted switch
    {
        { Generated: not null } => wanted with { Nullable = true },
        { Identity: IdentityKind.Serial } or { Identity: not IdentityKind.None, Sequence: not null } => wanted with { Identity = made.Identity, Sequence = made.Sequence, Default = made.Default },
        _ => wanted,
    };

    private Column? Present(Column wanted) => draft.Table(Name)?.Column(wanted.Name)?.After;

    // What the database computes holds nothing of its own.
    private bool IsAnew(Column was, Column wanted) =>
        was.Generated is { } text && (was.GeneratedStored != wanted.GeneratedStored || !SameText.Sql(ExpressionNames.Replace(text, n => names.Column(before.Name, n)), wanted.Generated) || !alignment.SameType(was, wanted));

    // Where the database no longer computes a column, the rows that are there keep what it computed.
    private string? Computed(Column wanted) => wanted.Generated is not null || wanted.Default is not null
        ? null
        : before.Columns.FirstOrDefault(c => names.Column(before.Name, c.Name) == wanted.Name)?.Generated;

    private bool IsSame(Column one, Column other)
    {
        static Table Alone(Column column) => new("", [column]);
        return alignment.Of(Alone(one), Alone(other)).Columns[0] == other;
    }

    private void Drop(Column was)
    {
        var name = names.Column(before.Name, was.Name);
        if (draft.Table(Name)?.Column(name) is not null)
        {
            draft.Add(new DropColumn { Table = Name, Column = name, Down = Text(names.Down(before.Name, was.Name)) });
        }
    }

    private void Change(Column was, Column present, Column wanted)
    {
        var (up, down) = (names.Up(before.Name, was.Name), names.Down(before.Name, was.Name));
        if (!alignment.SameType(present, wanted) || up is not null || down is not null || !SameText.Sql(present.Collation, wanted.Collation))
        {
            if (foundations.HadType(wanted.Type))
            {
                Retype(present, wanted, up, down);
            }

            present = Present(wanted)!;
        }

        if (!alignment.SameType(present, wanted))
        {
            return;
        }

        present = Number(present, wanted);
        if (!DefaultForm.Same(present.Default, wanted.Default, wanted.Type) && present.Identity == IdentityKind.None && wanted.Identity == IdentityKind.None)
        {
            draft.Add(new SetDefault { Table = Name, Column = wanted.Name, Default = Text(wanted.Default) });
        }

        if (present.Nullable && !wanted.Nullable)
        {
            draft.Add(new SetNotNull { Table = Name, Column = wanted.Name });
        }
        else if (!present.Nullable && wanted.Nullable && draft.Table(Name)?.IsKey(wanted.Name) != true)
        {
            draft.Add(new DropNotNull { Table = Name, Column = wanted.Name });
        }
    }

    private Column Number(Column present, Column wanted)
    {
        if (draft.Engine != "postgres" || (present.Identity == wanted.Identity && (wanted.Identity == IdentityKind.None || Alignment.SameSequence(present, wanted))))
        {
            return present;
        }

        // A serial's sequence goes with it: where the other schema has it alone, it asks for another owner, which no operation gives.
        var own = present.Sequence?.Name ?? UsualName.Of(before.Name, [present.Name], "seq");
        if (present.Identity == IdentityKind.Serial && wanted.Identity == IdentityKind.None && foundations.HasSequence(own))
        {
            return present;
        }

        var sequence = wanted.Identity == IdentityKind.None ? null : wanted.Sequence;
        draft.Together(
            () =>
            {
                if (present.Identity == IdentityKind.None && present.Default is not null)
                {
                    draft.Add(new SetDefault { Table = Name, Column = wanted.Name });
                }

                draft.Add(new SetIdentity
                {
                    Table = Name,
                    Column = wanted.Name,
                    Identity = wanted.Identity,
                    Start = sequence?.Start is { } start and not 1 ? start : null,
                    Increment = sequence?.Increment is { } step and not 1 ? step : null,
                    Minimum = sequence?.Minimum,
                    Maximum = sequence?.Maximum,
                    Cache = sequence?.Cache is { } cache and not 1 ? cache : null,
                    Cycle = sequence?.Cycle == true,
                });
            },
            () => Present(wanted) is { } made && made.Identity == wanted.Identity && (wanted.Identity == IdentityKind.None || Alignment.SameSequence(made, wanted)));
        return Present(wanted)!;
    }

    private void Retype(Column present, Column wanted, string? up, string? down)
    {
        // What is numbered changes its type with all that refers to it, and nothing else of it meanwhile.
        bool? nullable = present.Nullable == wanted.Nullable || present.Identity != IdentityKind.None ? null : wanted.Nullable;
        var goes = present.DefaultValue is not null && wanted.Default is null && present.Identity == IdentityKind.None;
        var collation = SameText.Sql(present.Collation, wanted.Collation) && (wanted.Collation is null || alignment.SameType(present, wanted)) ? null : Text(wanted.Collation ?? "default");
        draft.Add(goes
            ? new AlterColumn { Table = Name, Column = wanted.Name, Type = new SqlText(wanted.Type), Up = Text(up), Down = Text(down), Nullable = nullable, DropDefault = true, Collation = collation }
            : new ChangeType
            {
                Table = Name,
                Column = wanted.Name,
                Type = new SqlText(wanted.Type),
                Up = Text(up),
                Down = Text(down),
                Nullable = nullable,
                Collation = collation,
                Default = wanted.Identity == IdentityKind.None ? Text(wanted.Default) : null,
            });
    }

    private static SqlText? Text(string? sql) => sql is null ? null : new SqlText(sql);
}
