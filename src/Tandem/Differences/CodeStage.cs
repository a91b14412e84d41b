using Tandem.Operations;
using Tandem.Schema;

namespace Tandem.Differences;

/// <summary>Views, functions, triggers and policies: what is made of texts that name other objects.</summary>
internal sealed class CodeStage(StageDraft draft, DatabaseSchema aim, DifferenceNames names, Alignment alignment)
{
    private readonly DatabaseSchema from = draft.From;
    private readonly Foundations foundations = new(draft, aim);

    /// <summary>Takes away what would stand in the way of changes beneath it.</summary>
    public void DropFirst()
    {
        foreach (var policy in from.Objects.OfType<RowPolicy>().Where(p => aim.Table(names.Table(p.Table)) is not null && aim.Find("policy", $"{p.Name} on {names.Table(p.Table)}") is null))
        {
            draft.Add(new DropPolicy { Table = policy.Table, Name = policy.Name });
        }

        foreach (var table in from.Tables)
        {
            if (aim.Table(names.Table(table.Name)) is { } after)
            {
                foreach (var trigger in table.Triggers.Where(t => after.Triggers.All(o => o.Name != t.Name)))
                {
                    draft.Add(new DropTrigger { Table = table.Name, Name = trigger.Name });
                }
            }
        }

        foreach (var trigger in from.Views.Where(v => aim.Views.FirstOrDefault(o => o.Name == v.Name) is { Materialized: false })
            .SelectMany(v => v.Triggers).Where(t => aim.Find(t.Kind, t.Identity) is null))
        {
            draft.Add(new DropTrigger { Table = trigger.Table, Name = trigger.Name });
        }

        foreach (var view in Enumerable.Reverse(InOrder(from.Views.Where(v => aim.Views.All(o => o.Name != v.Name || (v.Materialized && !o.Materialized))))))
        {
            draft.Add(new DropView { Name = view.Name });
        }
    }

    /// <summary>Makes and changes, each behind what it names.</summary>
    public void Make()
    {
        foreach (var item in InOrder(aim.Objects.OfType<Routine>().Cast<SchemaObject>().Concat(aim.Views)))
        {
            if (item is View view)
            {
                Make(view, from.Views.FirstOrDefault(v => v.Name == view.Name));
            }
            else if (item is Routine routine)
            {
                Make(routine, from.Find(routine.Kind, routine.Identity) as Routine);
            }
        }

        foreach (var table in aim.Tables)
        {
            var before = from.Tables.FirstOrDefault(t => names.Table(t.Name) == table.Name);
            foreach (var trigger in table.Triggers)
            {
                Make(trigger, before?.Triggers.FirstOrDefault(t => t.Name == trigger.Name));
            }
        }

        foreach (var trigger in aim.Views.SelectMany(v => v.Triggers))
        {
            Make(trigger, from.Find(trigger.Kind, trigger.Identity) as Trigger);
        }

        foreach (var policy in aim.Objects.OfType<RowPolicy>())
        {
            Make(policy, from.Objects.OfType<RowPolicy>().FirstOrDefault(p => p.Name == policy.Name && names.Table(p.Table) == policy.Table));
        }

        Comments();
    }

    /// <summary>Takes away what others used.</summary>
    public void DropLast()
    {
        // What a rule calls cannot go along with it: a rollback counts by the rule before the function is back.
        foreach (var routine in Enumerable.Reverse(InOrder(from.Objects.OfType<Routine>().Where(r => aim.Find(r.Kind, r.Identity) is null && !IsCalledByRule(r)))).Cast<Routine>())
        {
            draft.Add(RoutineForm.Dropped(routine, Several(routine)));
        }
    }

    private bool IsCalledByRule(Routine routine) => from.Needs.Any(n => n.Needs == routine.Reference
        && (n.Object.Kind == "index" || (n.Object.Kind == "table" && n.Part?.StartsWith("constraint ", StringComparison.Ordinal) == true)));

    private bool Several(Routine routine) => from.Objects.OfType<Routine>().Count(r => r.Name == routine.Name) > 1;

    private void Make(View view, View? before)
    {
        bool Reached() => Same(draft.Objects.Views.FirstOrDefault(v => v.Name == view.Name), view);
        // What stores its rows and what does not are two things: the one goes in a migration before the one that makes the other.
        if (!foundations.CanRead(view.Definition, view.Name) || (view.Materialized && !foundations.CouldRead(view.Definition)) || (before is not null && before.Materialized != view.Materialized))
        {
            return;
        }

        if (before is null)
        {
            draft.Add(new CreateView { Name = view.Name, Query = new SqlText(view.Definition), Materialized = view.Materialized, WithData = view.WithData, Options = view.Options, Comment = view.Comment }, Reached);
        }
        else if (!view.Materialized && !Same(before, view) && !SameText.Sql(before.Definition + before.Options, view.Definition + view.Options))
        {
            draft.Add(new ReplaceView { Name = view.Name, Query = new SqlText(view.Definition), Options = before.Options == view.Options ? null : view.Options ?? "" }, Reached);
        }
    }

    // Comments and triggers follow in operations of their own; what is set on columns, and indexes, in no operation at all.
    private bool Same(View? one, View other) => one is not null
        && alignment.Of(new DatabaseSchema("", []) { Views = [one] }, new DatabaseSchema("", []) { Views = [other] }).Views[0] with
        {
            Comment = other.Comment, Triggers = other.Triggers, Columns = other.Columns, Indexes = other.Indexes, ClusteredOn = other.ClusteredOn,
        } == other;

    private void Make(Routine routine, Routine? before)
    {
        bool Reached() => draft.Objects.Find(routine.Kind, routine.Identity) is Routine made && SameText.Routine(made, routine);
        if (before is null)
        {
            if (RoutineForm.Created(routine) is { } created)
            {
                draft.Add(created, Reached);
            }
        }
        else if (!SameText.Routine(before with { Comment = routine.Comment }, routine) && RoutineForm.Replaced(before, routine, Several(before)) is { } replaced)
        {
            draft.Add(replaced, Reached);
        }
    }

    // One that changes under its name goes and comes in one transaction.
    private void Make(Trigger trigger, Trigger? before)
    {
        bool Reached() => draft.ObjectChanges.Select(c => c.After).OfType<Trigger>().LastOrDefault(t => t.Name == trigger.Name && t.Table == trigger.Table) is { } made && alignment.Same(made, trigger);
        if ((before is not null && alignment.Same(before with { Table = trigger.Table, Comment = trigger.Comment }, trigger)) || TriggerForm.Of(trigger, draft.Engine) is not { } form)
        {
            return;
        }

        draft.Together(
            () =>
            {
                if (before is not null)
                {
                    draft.Add(new DropTrigger { Table = before.Table, Name = before.Name });
                }

                draft.Add(form.Created(trigger));
            },
            Reached);
    }

    private void Make(RowPolicy policy, RowPolicy? before)
    {
        if (aim.Table(policy.Table) is { } table && !(foundations.HasColumns(table, policy.Using) && foundations.HasColumns(table, policy.Check)))
        {
            return;
        }

        if (before is null)
        {
            Create(policy);
        }
        else if (policy.Command != before.Command || policy.Permissive != before.Permissive
            || (policy.Using is null && before.Using is not null) || (policy.Check is null && before.Check is not null))
        {
            draft.Together(
                () =>
                {
                    draft.Add(new DropPolicy { Table = before.Table, Name = before.Name });
                    Create(policy);
                },
                () => true);
        }
        else if (policy.Roles != before.Roles || !SameText.Sql(policy.Using, before.Using) || !SameText.Sql(policy.Check, before.Check))
        {
            draft.Add(new AlterPolicy
            {
                Table = before.Table,
                Name = policy.Name,
                Roles = policy.Roles == before.Roles ? null : policy.Roles.Count == 0 ? ["public"] : policy.Roles,
                Using = SameText.Sql(policy.Using, before.Using) ? null : new SqlText(policy.Using!),
                Check = SameText.Sql(policy.Check, before.Check) ? null : new SqlText(policy.Check!),
            });
        }
    }

    private void Create(RowPolicy policy) => draft.Add(new CreatePolicy
    {
        Table = policy.Table,
        Name = policy.Name,
        Restrictive = !policy.Permissive,
        Command = Enum.Parse<PolicyCommand>(policy.Command, ignoreCase: true),
        Roles = policy.Roles.Count == 0 ? null : policy.Roles,
        Using = policy.Using is { } rows ? new SqlText(rows) : null,
        Check = policy.Check is { } written ? new SqlText(written) : null,
        Comment = policy.Comment,
    });

    private void Comments()
    {
        foreach (var item in aim.AllObjects.Where(o => o is View or EnumType or Domain or Sequence or Routine or Trigger or RowPolicy or Statistics))
        {
            if (from.Find(item.Kind, item.Identity) is { } before && before.Comment != item.Comment && draft.Objects.Find(item.Kind, item.Identity)?.Comment != item.Comment)
            {
                draft.Add(new SetComment { Kind = item.Kind, Name = item.Identity, Comment = item.Comment });
            }
        }
    }

    /// <summary>Objects behind those that their texts name. A text names more than it uses, never less.</summary>
    private static List<SchemaObject> InOrder(IEnumerable<SchemaObject> items)
    {
        var all = items.ToList();
        var texts = all.ToDictionary(i => i, Text);
        var (ordered, visited) = (new List<SchemaObject>(), new HashSet<SchemaObject>());
        foreach (var item in all)
        {
            Visit(item);
        }

        return ordered;

        void Visit(SchemaObject item)
        {
            if (visited.Add(item))
            {
                var named = SqlLexer.Identifiers(texts[item]).ToHashSet(StringComparer.OrdinalIgnoreCase);
                foreach (var other in all.Where(o => o.Name != item.Name && named.Contains(o.Name)))
                {
                    Visit(other);
                }

                ordered.Add(item);
            }
        }
    }

    private static string Text(SchemaObject item) => item switch
    {
        View view => view.Definition,
        Routine routine => RoutineRules.Source(routine),
        _ => "",
    };
}
