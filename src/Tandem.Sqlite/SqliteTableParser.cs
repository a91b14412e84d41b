using Tandem.Schema;

namespace Tandem.Sqlite;

/// <summary>
/// Reads a CREATE TABLE statement as SQLite keeps it. The pragmas give columns and keys, but no names of constraints,
/// no checks, no collations and no generation expressions; only the stored text has all of it.
/// </summary>
internal sealed partial class SqliteTableParser
{
    private readonly SqliteCursor cursor;
    private readonly List<Column> columns = [];
    private readonly List<UniqueConstraint> uniques = [];
    private readonly List<(string? Name, string Expression)> checks = [];
    private readonly List<ForeignKey> foreignKeys = [];
    private readonly List<string> notUnderstood = [];
    private PrimaryKey? primaryKey;
    private string? constraintName;

    private SqliteTableParser(string sql) => cursor = new SqliteCursor(sql);

    /// <summary>
    /// The table that a statement makes; names in constraints are spelled as the columns are. What cannot be read, or has
    /// no place in the model, is in <see cref="Table.NotUnderstood"/>.
    /// </summary>
    public static Table Parse(string name, string sql)
    {
        var parser = new SqliteTableParser(sql);
        try
        {
            return parser.Run(name);
        }
        catch (FormatException e)
        {
            return new Table(name, parser.columns.ToValueList()) { NotUnderstood = [$"its definition ({e.Message})"] };
        }
    }

    private Table Run(string name)
    {
        cursor.ExpectWords("CREATE");
        _ = cursor.TakeWords("TEMP") || cursor.TakeWords("TEMPORARY");
        cursor.ExpectWords("TABLE");
        _ = cursor.TakeWords("IF", "NOT", "EXISTS");
        _ = cursor.QualifiedName();
        cursor.Expect("(");
        ReadColumns();
        ReadConstraints();
        cursor.Expect(")");
        var (withoutRowId, strict) = ReadOptions();
        return Assemble(name, withoutRowId, strict);
    }

    private Table Assemble(string name, bool withoutRowId, bool strict)
    {
        // SQLite names their indexes by their order; which one is which is told by their columns.
        var keys = uniques.Select(u => (u.Columns, Odd: (u.Sorting as object ?? u.OnConflict) is not null))
            .Concat(primaryKey is null ? [] : [(primaryKey.Columns, (primaryKey.Sorting as object ?? primaryKey.OnConflict) is not null)])
            .GroupBy(k => string.Join(',', k.Columns.Select(c => SqliteText.Quote(c.ToUpperInvariant()))), StringComparer.Ordinal);
        if (keys.Any(k => k.Count() > 1 && k.Any(one => one.Odd)))
        {
            notUnderstood.Add("two rules over the same columns that differ in sorting or in ON CONFLICT");
        }

        var spelling = columns.ToDictionary(c => c.Name, c => c.Name, SqliteText.NameComparer.Instance);
        ValueList<string> Spell(ValueList<string> names) => names.Select(n => spelling.GetValueOrDefault(n, n)).ToValueList();
        var table = new Table(name, columns.ToValueList())
        {
            PrimaryKey = primaryKey is null ? null : primaryKey with { Columns = Spell(primaryKey.Columns) },
            Uniques = uniques.Select(u => u with { Columns = Spell(u.Columns) }).ToValueList(),
            Checks = checks
                .Select(c => new CheckConstraint(c.Name, c.Expression, SqliteNames.ColumnsIn(c.Expression, columns)))
                .ToValueList(),
            ForeignKeys = foreignKeys.Select(f => f with { Columns = Spell(f.Columns) }).ToValueList(),
            WithoutRowId = withoutRowId,
            Strict = strict,
            NotUnderstood = notUnderstood.Distinct(StringComparer.Ordinal).ToValueList(),
        };

        // These never hold NULL although nothing says NOT NULL; other keys of ordinary tables may, an old oddity.
        var keyNeverNull = withoutRowId || strict;
        bool IsNeverNull(Column c) =>
            SqliteDdl.IsRowId(table, c) || (keyNeverNull && table.PrimaryKey?.Columns.Contains(c.Name) == true);
        return table with { Columns = table.Columns.Select(c => IsNeverNull(c) ? c with { Nullable = false } : c).ToValueList() };
    }

    private void ReadColumns()
    {
        do
        {
            if (columns.Count > 0 && StartsTableConstraint(cursor.Peek()))
            {
                return;
            }

            ReadColumn();
        }
        while (cursor.TakeSymbol(","));
    }

    private static bool StartsTableConstraint(SqliteToken token) =>
        token.Is("CONSTRAINT") || token.Is("PRIMARY") || token.Is("UNIQUE") || token.Is("CHECK") || token.Is("FOREIGN");

    private void ReadConstraints()
    {
        constraintName = null;
        while (!cursor.Peek().IsSymbol(")"))
        {
            ReadConstraint();
            _ = cursor.TakeSymbol(","); // The comma may be left out.
        }
    }

    private void ReadConstraint()
    {
        if (cursor.TakeWords("CONSTRAINT"))
        {
            constraintName = cursor.Name();
            return;
        }

        if (cursor.TakeWords("PRIMARY", "KEY"))
        {
            ReadKeyConstraint();
        }
        else if (cursor.TakeWords("UNIQUE"))
        {
            var unique = new UniqueConstraint(constraintName, ReadKeyColumns(out _, out var sorting)) { Sorting = sorting };
            uniques.Add(unique with { OnConflict = ReadConflict() });
        }
        else if (cursor.TakeWords("CHECK"))
        {
            checks.Add((constraintName, cursor.Parenthesized()));
            _ = ReadConflict(); // SQLite reads it and does as if it were not there.
        }
        else
        {
            cursor.ExpectWords("FOREIGN", "KEY");
            var from = cursor.Names();
            cursor.ExpectWords("REFERENCES");
            foreignKeys.Add(ReadReference(constraintName, from));
            var not = cursor.TakeWords("NOT");
            if (cursor.TakeWords("DEFERRABLE"))
            {
                ReadDeferrable(not);
            }
        }

        constraintName = null;
    }

    private void ReadKeyConstraint()
    {
        var names = ReadKeyColumns(out var autoIncrement, out var sorting);
        SetKey(new PrimaryKey(constraintName, names) { Sorting = sorting, OnConflict = ReadConflict() });
        if (autoIncrement && sorting is not null)
        {
            notUnderstood.Add("a primary key that counts and says how it is sorted");
        }

        var column = columns.FindIndex(c => SqliteText.SameName(c.Name, names[0]));
        if (autoIncrement && column >= 0)
        {
            columns[column] = columns[column] with { Identity = IdentityKind.AutoIncrement };
        }
    }

    private ValueList<string> ReadKeyColumns(out bool autoIncrement, out ValueList<string>? sorting)
    {
        cursor.Expect("(");
        autoIncrement = false;
        var (names, sorted) = (new List<string>(), new List<string>());
        do
        {
            names.Add(cursor.Name());
            var collation = cursor.TakeWords("COLLATE") ? $"COLLATE {SqliteText.Quote(cursor.Name())}" : null;
            var direction = cursor.TakeWords("DESC") ? "DESC" : null;
            _ = cursor.TakeWords("ASC");
            sorted.Add(string.Join(' ', new[] { collation, direction }.OfType<string>()));
            autoIncrement |= cursor.TakeWords("AUTOINCREMENT");
        }
        while (cursor.TakeSymbol(","));
        cursor.Expect(")");
        sorting = sorted.TrueForAll(s => s.Length == 0) ? null : sorted.ToValueList();
        return names.ToValueList();
    }

    private ForeignKey ReadReference(string? name, ValueList<string> from)
    {
        var table = cursor.Name();
        var key = new ForeignKey(name, from, table, cursor.Peek().IsSymbol("(") ? cursor.Names() : []);
        while (true)
        {
            if (cursor.TakeWords("MATCH"))
            {
                _ = cursor.Name(); // SQLite reads it and does as if it were not there.
            }
            else if (cursor.TakeWords("ON", "DELETE"))
            {
                key = key with { OnDelete = ReadAction() };
            }
            else if (cursor.TakeWords("ON", "UPDATE"))
            {
                key = key with { OnUpdate = ReadAction() };
            }
            else if (cursor.TakeWords("ON", "INSERT"))
            {
                _ = ReadAction(); // Read and left alone, as above.
            }
            else
            {
                return key;
            }
        }
    }

    private ReferentialAction ReadAction()
    {
        (string[] Words, ReferentialAction Action)[] actions =
        [
            (["SET", "NULL"], ReferentialAction.SetNull), (["SET", "DEFAULT"], ReferentialAction.SetDefault),
            (["CASCADE"], ReferentialAction.Cascade), (["RESTRICT"], ReferentialAction.Restrict),
            (["NO", "ACTION"], ReferentialAction.NoAction),
        ];
        foreach (var (words, action) in actions)
        {
            if (cursor.TakeWords(words))
            {
                return action;
            }
        }

        throw cursor.Unexpected("a referential action");
    }

    private void ReadDeferrable(bool not)
    {
        var deferred = cursor.TakeWords("INITIALLY", "DEFERRED");
        _ = !deferred && cursor.TakeWords("INITIALLY", "IMMEDIATE");
        if (!not && foreignKeys.Count > 0)
        {
            foreignKeys[^1] = foreignKeys[^1] with
            {
                Deferrable = deferred ? "DEFERRABLE INITIALLY DEFERRED" : "DEFERRABLE INITIALLY IMMEDIATE",
            };
        }
    }

    private string? ReadConflict()
    {
        if (!cursor.TakeWords("ON", "CONFLICT"))
        {
            return null;
        }

        var how = cursor.Name().ToUpperInvariant();
        return how == "ABORT" ? null : how;
    }

    private (bool WithoutRowId, bool Strict) ReadOptions()
    {
        var (withoutRowId, strict) = (false, false);
        while (!cursor.AtEnd && !cursor.TakeSymbol(";"))
        {
            if (cursor.TakeWords("WITHOUT", "ROWID"))
            {
                withoutRowId = true;
            }
            else if (cursor.TakeWords("STRICT"))
            {
                strict = true;
            }
            else
            {
                throw cursor.Unexpected("a table option");
            }

            _ = cursor.TakeSymbol(",");
        }

        return (withoutRowId, strict);
    }
}
