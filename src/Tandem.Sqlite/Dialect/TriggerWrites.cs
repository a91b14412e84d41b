using Tandem.Databases;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Sqlite.Dialect;

/// <summary>Which columns triggers of the users' give another value in rows that are there, read from their texts.</summary>
internal static class TriggerWrites
{
    /// <summary>All triggers of the users' that are there while the migration runs, or come with it.</summary>
    public static ValueList<Trigger> Known(RenderContext context)
    {
        var objects = context.Objects.Select(o => o.After).ToList();
        return context.Schema.AllObjects.OfType<Trigger>()
            .Concat(objects.OfType<Trigger>())
            .Concat(objects.OfType<View>().SelectMany(v => v.Triggers))
            .DistinctBy(t => t.Definition).ToValueList();
    }

    /// <summary>Whether a trigger sets a column of this name in the table, which the versions may know by different names.</summary>
    public static bool Sets(Trigger trigger, TableChange change, string column) => Statements(SqliteTokenizer.Tokenize(trigger.Definition))
        .Any(s => Target(s) is { } table && (SqliteText.SameName(table, change.Before!.Name) || SqliteText.SameName(table, change.After!.Name))
            && Assigned(s).Any(c => SqliteText.SameName(c, column)));

    // What comes before BEGIN names events, of which one is called UPDATE, too. The trigger itself may be called begin; ON is never a name.
    private static IEnumerable<List<SqliteToken>> Statements(IReadOnlyList<SqliteToken> tokens)
    {
        var statement = new List<SqliteToken>();
        foreach (var token in tokens.SkipWhile(t => !t.Is("on")).SkipWhile(t => !t.Is("begin")).Skip(1))
        {
            if (token.IsSymbol(";"))
            {
                yield return statement;
                statement = [];
            }
            else
            {
                statement.Add(token);
            }
        }
    }

    // UPDATE [OR …] table, INSERT [OR …] INTO table; the latter sets columns behind DO UPDATE.
    private static string? Target(List<SqliteToken> statement)
    {
        var verb = statement.FindIndex(t => t.Is("update") || t.Is("into"));
        var name = verb >= 0 && verb + 1 < statement.Count && statement[verb + 1].Is("or") ? verb + 3 : verb + 1;
        return verb >= 0 && name < statement.Count ? statement[name].Value : null;
    }

    // Each assignment begins behind SET or a comma, with a name or with names in parentheses. Commas further on give names that
    // are none of a column, which does no harm.
    private static IEnumerable<string> Assigned(List<SqliteToken> statement)
    {
        var depth = 0;
        var listed = false;
        for (var i = statement.FindIndex(t => t.Is("set")) + 1; i > 0 && i < statement.Count; i++)
        {
            var begins = statement[i - 1].Is("set") || statement[i - 1].IsSymbol(",");
            if (statement[i].IsSymbol("("))
            {
                listed = depth++ == 0 && begins;
            }
            else if (statement[i].IsSymbol(")"))
            {
                depth--;
            }
            else if (statement[i].CanName && (depth == 0 ? begins : depth == 1 && listed))
            {
                yield return statement[i].Value;
            }
        }
    }
}
