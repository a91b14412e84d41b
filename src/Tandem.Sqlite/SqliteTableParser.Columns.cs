using Tandem.Schema;

namespace Tandem.Sqlite;

/// <content>Column definitions.</content>
internal sealed partial class SqliteTableParser
{
    private void ReadColumn()
    {
        constraintName = null;
        columns.Add(new Column(cursor.Name(), ReadType()));
        while (!cursor.Peek().IsSymbol(",") && !cursor.Peek().IsSymbol(")"))
        {
            if (cursor.TakeWords("CONSTRAINT"))
            {
                constraintName = cursor.Name();
            }
            else
            {
                ReadColumnConstraint();
                constraintName = null;
            }
        }
    }

    private string ReadType()
    {
        var first = cursor.Peek();
        if (!IsTypeWord())
        {
            return "";
        }

        while (IsTypeWord())
        {
            _ = cursor.Take();
        }

        if (cursor.Peek().IsSymbol("("))
        {
            _ = cursor.Parenthesized();
        }

        return cursor.TextSince(first);
    }

    private bool IsTypeWord()
    {
        var token = cursor.Peek();
        return token.CanName && !(token.Kind == SqliteTokenKind.Word && token.Value.ToUpperInvariant() switch
        {
            "CONSTRAINT" or "PRIMARY" or "NOT" or "NULL" or "DEFAULT" or "UNIQUE" or "CHECK" or "REFERENCES" or "COLLATE"
                or "AS" or "DEFERRABLE" or "FOREIGN" => true,
            "GENERATED" => cursor.Peek(1).Is("ALWAYS"),
            _ => false,
        });
    }

    private void ReadColumnConstraint()
    {
        var name = constraintName;
        var column = columns[^1];
        var read = cursor.Take();
        switch (read.Kind == SqliteTokenKind.Word ? read.Value.ToUpperInvariant() : "")
        {
            case "NULL":
                _ = ReadConflict(); // As at a check.
                break;
            case "NOT" when cursor.TakeWords("NULL"):
                Put(column with { Nullable = false, NotNullConflict = ReadConflict() });
                break;
            case "NOT" when cursor.TakeWords("DEFERRABLE"):
                ReadDeferrable(not: true);
                break;
            case "DEFERRABLE":
                ReadDeferrable(not: false);
                break;
            case "PRIMARY":
                ReadInlineKey(name);
                break;
            case "UNIQUE":
                uniques.Add(new UniqueConstraint(name, [column.Name]) { OnConflict = ReadConflict() });
                break;
            case "CHECK":
                checks.Add((name, cursor.Parenthesized()));
                break;
            case "DEFAULT":
                Put(column with { Default = ReadDefault() });
                break;
            case "COLLATE":
                Put(column with { Collation = cursor.Name() });
                break;
            case "REFERENCES":
                foreignKeys.Add(ReadReference(name, [column.Name]));
                break;
            case "GENERATED":
                cursor.ExpectWords("ALWAYS", "AS");
                ReadGenerated();
                break;
            case "AS":
                ReadGenerated();
                break;
            default:
                cursor.Back();
                throw cursor.Unexpected("a column constraint");
        }
    }

    private void Put(Column column) => columns[^1] = column;

    private void ReadInlineKey(string? name)
    {
        cursor.ExpectWords("KEY");
        var downwards = cursor.TakeWords("DESC");
        if (downwards && string.Equals(columns[^1].Type, "INTEGER", StringComparison.OrdinalIgnoreCase))
        {
            // Such a column is no other name for the row number, and its type alone would say that it is.
            notUnderstood.Add("a primary key that sorts downwards");
        }

        _ = cursor.TakeWords("ASC");
        SetKey(new PrimaryKey(name, [columns[^1].Name]) { Sorting = downwards ? ["DESC"] : null, OnConflict = ReadConflict() });
        if (cursor.TakeWords("AUTOINCREMENT"))
        {
            Put(columns[^1] with { Identity = IdentityKind.AutoIncrement });
        }
    }

    private void SetKey(PrimaryKey key)
    {
        if (primaryKey is not null)
        {
            throw new FormatException("it has two primary keys");
        }

        primaryKey = key;
    }

    private string ReadDefault()
    {
        if (cursor.Peek().IsSymbol("("))
        {
            return cursor.Parenthesized();
        }

        var first = cursor.Peek();
        if (!cursor.TakeSymbol("-"))
        {
            _ = cursor.TakeSymbol("+");
        }

        var value = cursor.Take();
        return value.Kind switch
        {
            // A name that means nothing here is a string to SQLite.
            SqliteTokenKind.QuotedName => SqliteText.Literal(value.Value),
            SqliteTokenKind.Word when !SqliteDdl.IsConstant(value) => SqliteText.Literal(value.Value),
            SqliteTokenKind.Word or SqliteTokenKind.String or SqliteTokenKind.Blob or SqliteTokenKind.Number => cursor.TextSince(first),
            _ => throw cursor.Unexpected("a default"),
        };
    }

    private void ReadGenerated()
    {
        var expression = cursor.Parenthesized();
        var stored = cursor.TakeWords("STORED");
        _ = !stored && cursor.TakeWords("VIRTUAL");
        Put(columns[^1] with { Generated = expression, GeneratedStored = stored });
    }
}
