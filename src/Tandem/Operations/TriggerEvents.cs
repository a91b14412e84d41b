using Tandem.Problems;
using Tandem.Schema;

namespace Tandem.Operations;

/// <summary>The events of a trigger, as SQL writes them.</summary>
internal static class TriggerEvents
{
    /// <summary>Whether they are events of the table's; reports what is none.</summary>
    public static bool Fit(ChangeDraft draft, TableDraft table, string trigger, string events)
    {
        var tokens = SqlLexer.Tokenize(events);
        var at = 0;
        var several = false;
        do
        {
            var word = at < tokens.Count ? tokens[at] : default;
            if (!(word.Is("insert") || word.Is("update") || word.Is("delete") || (word.Is("truncate") && draft.Engine == "postgres")))
            {
                return Refuse(draft, table, trigger, events);
            }

            at++;
            if (word.Is("update") && at < tokens.Count && tokens[at].Is("of"))
            {
                do
                {
                    at++;
                    if (at >= tokens.Count)
                    {
                        return Refuse(draft, table, trigger, events);
                    }

                    if (!Has(draft, table, tokens[at]))
                    {
                        draft.ReportMissing(table, tokens[at].Name);
                        return false;
                    }

                    at++;
                }
                while (at < tokens.Count && tokens[at].IsSymbol(","));
            }

            several = at < tokens.Count && tokens[at].Is("or");
            at++;
        }
        while (several && draft.Engine == "postgres");
        return (at > tokens.Count && !several) || Refuse(draft, table, trigger, events);
    }

    private static bool Has(ChangeDraft draft, TableDraft table, SqlLexer.Token name) => draft.Engine == "sqlite"
        ? table.Columns.Any(c => string.Equals(c.After?.Name, name.Value, StringComparison.OrdinalIgnoreCase))
        : table.Column(name.Name) is not null;

    private static bool Refuse(ChangeDraft draft, TableDraft table, string trigger, string events)
    {
        draft.Report(
            ProblemCodes.Incomplete, $"The trigger {trigger} of {table.Name} cannot fire for \"{events}\".", table.Name,
            draft.Engine == "sqlite" ? "Write one of insert, delete, update and update of columns." : "Write insert, delete, truncate, update or update of columns, with or between several.");
        return false;
    }
}
