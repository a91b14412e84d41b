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

        foreach (var wanted in after.Columns.Where(c => Present(c) is null && foundations.HasType(c.Type)))
        {
            draft.Add(
                new AddColumn
                {
                    Table = Name,
                    Name = wanted.Name,
                    Type = new SqlText(wanted.Type),
                    Nullable = wanted.Nullable || wanted.Identity != IdentityKind.None,
                    Default = wanted.Identity == IdentityKind.None ? Text(wanted.Default) : null,
                    Up = Text(names.Up(after.Name, wanted.Name)),
                    Identity = wanted.Identity,
                    Generated = Text(wanted.Generated),
                    Stored = wanted.GeneratedStored,
                    Collation = Text(wanted.Collation),
                    Comment = wanted.Comment,
                },
                () => Present(wanted) is { } made && IsSame(made, wanted));
        }
    }

    private Column? Present(Column wanted) => draft.Table(Name)?.Column(wanted.Name)?.After;

    // What the database computes holds nothing of its own.
    private static bool IsAnew(Column was, Column wanted) =>
        was.Generated is not null && wanted.Generated is not null
        && (was.GeneratedStored != wanted.GeneratedStored || !SameText.Sql(was.Generated, wanted.Generated));

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
        if (!alignment.SameType(present, wanted) || up is not null || down is not null)
        {
            if ((SameText.Sql(wanted.Collation, present.Collation) || wanted.Collation is null) && foundations.HadType(wanted.Type))
            {
                Retype(present, wanted, up, down);
            }

            present = Present(wanted)!;
        }

        if (!alignment.SameType(present, wanted))
        {
            return;
        }

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

    private void Retype(Column present, Column wanted, string? up, string? down)
    {
        bool? nullable = present.Nullable == wanted.Nullable ? null : wanted.Nullable;
        var goes = present.DefaultValue is not null && wanted.Default is null && present.Identity == IdentityKind.None;
        draft.Add(goes
            ? new AlterColumn { Table = Name, Column = wanted.Name, Type = new SqlText(wanted.Type), Up = Text(up), Down = Text(down), Nullable = nullable, DropDefault = true }
            : new ChangeType
            {
                Table = Name,
                Column = wanted.Name,
                Type = new SqlText(wanted.Type),
                Up = Text(up),
                Down = Text(down),
                Nullable = nullable,
                Default = wanted.Identity == IdentityKind.None ? Text(wanted.Default) : null,
            });
    }

    private static SqlText? Text(string? sql) => sql is null ? null : new SqlText(sql);
}
