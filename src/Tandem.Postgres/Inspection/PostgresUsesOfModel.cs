using Tandem.Consumers;
using Tandem.Schema;

namespace Tandem.Postgres.Inspection;

/// <summary>What the model of the schema knows of uses: rights, publications, subscriptions, rows as a whole, and what triggers do with rows.</summary>
internal sealed class PostgresUsesOfModel(DatabaseSchema schema, ValueList<ImpactSubject> subjects, Action<int, ObjectUse> add)
{
    public void AddAll()
    {
        for (var n = 0; n < subjects.Count; n++)
        {
            var subject = subjects[n];
            foreach (var use in Rights(subject).Concat(schema.Dependents.Where(d => d.Table == subject.Table).Select(d => Of(subject, d)).OfType<ObjectUse>()))
            {
                add(n, use);
            }
        }
    }

    private IEnumerable<ObjectUse> Rights(ImpactSubject subject)
    {
        var grants = schema.AccessTo(subject.Kind, subject.Table)?.Grants is { } given ? given : [];
        return grants.Where(g => g.Column is null || subject.Column is null || g.Column == subject.Column)
            .GroupBy(g => (g.Grantee, Own: g.Column is not null || subject.Column is null))
            .Select(g => new ObjectUse(
                "grant", $"{string.Join(", ", g.Select(x => x.Privilege).Distinct().Order(StringComparer.Ordinal))}{(g.Key.Own && subject.Column is not null ? $" ({subject.Column})" : "")} to {(g.Key.Grantee.Length == 0 ? "PUBLIC" : g.Key.Grantee)}",
                subject, g.Key.Own ? UseKind.GoesAlong : UseKind.TableOnly)
            {
                Evidence = UseEvidence.Catalogue,
                Note = g.Key.Own ? null : $"holds for the {subject.Kind} as a whole",
            });
    }

    private ObjectUse? Of(ImpactSubject subject, Dependent dependent) => dependent.Kind switch
    {
        // What functions do with stars is found by reading them.
        DependentKind.SelectStar when schema.Views.FirstOrDefault(v => v.Name == dependent.Name) is { } view => Use(subject, view.Kind, view.Name, UseKind.WholeRow, UseEvidence.Text),
        DependentKind.FunctionRowType => Use(subject, Routine(dependent.Name)?.Kind ?? "function", Routine(dependent.Name)?.Identity ?? dependent.Name, UseKind.WholeRow, UseEvidence.Catalogue) with
        {
            Note = $"takes or returns the {subject.Kind}'s row type",
        },
        DependentKind.TriggerWholeRow => Use(subject, "trigger", $"{dependent.Name} on {dependent.Table}", UseKind.WholeRow, UseEvidence.Text),
        DependentKind.Publication => Use(subject, "publication", dependent.Name, UseKind.WholeRow, UseEvidence.Catalogue),
        DependentKind.Subscription => Use(subject, "subscription", dependent.Name, UseKind.Named, UseEvidence.Catalogue) with
        {
            Note = "feeds the table; which columns the other side sends only that side knows",
        },
        DependentKind.TriggerText or DependentKind.TriggerWrites when dependent.Column == subject.Column || subject.Column is null => OfTrigger(subject, dependent),
        DependentKind.Other when dependent.Name.StartsWith("inheritance child ", StringComparison.Ordinal) =>
            Use(subject, "inheritance child", dependent.Name["inheritance child ".Length..], UseKind.WholeRow, UseEvidence.Catalogue) with { Note = "inherits it" },
        _ => null,
    };

    private SchemaObject? Routine(string name) => schema.Objects.FirstOrDefault(o => o is Routine && o.Identity.StartsWith(name + "(", StringComparison.Ordinal));

    private ObjectUse OfTrigger(ImpactSubject subject, Dependent dependent)
    {
        // This function of the server's own takes names of columns as its arguments.
        var named = schema.Table(subject.Table) is { } table && table.Triggers.Any(t => t.Name == dependent.Name && t.Definition.Contains("tsvector_update_trigger", StringComparison.Ordinal));
        var use = Use(subject, "trigger", $"{dependent.Name} on {dependent.Table}", named ? UseKind.Reads : UseKind.Named, named ? UseEvidence.Catalogue : UseEvidence.Text);
        return subject.Column is null ? use with { How = UseKind.GoesAlong, Evidence = UseEvidence.Catalogue }
            : named ? use with { Note = "takes the column's name as an argument" }
            : use with { Note = dependent.Kind == DependentKind.TriggerWrites ? "its function sets the column in NEW, by its text" : "its function uses the column of NEW or OLD, by its text" };
    }

    private static ObjectUse Use(ImpactSubject subject, string kind, string name, UseKind how, UseEvidence evidence) => new(kind, name, subject, how) { Evidence = evidence };
}
