using Tandem.Operations;
using Tandem.Schema;

namespace Tandem.Differences;

/// <summary>
/// Raw SQL, in migrations of its own: it is carried out when its migration begins, before every other operation, so that it can neither name what
/// those make nor stand behind what they wait for.
/// </summary>
/// <param name="write">Writes it; null where the engine has no such statements.</param>
/// <param name="there">Who owns and may use what is there, also where rights are not compared.</param>
/// <param name="engine">The engine's name in files.</param>
internal sealed class PlainStage(PlainWriter? write, ValueList<ObjectAccess> there, string engine)
{
    /// <summary>Whether such statements are written.</summary>
    public bool Writes => write is not null;

    /// <summary>What must go before the operations can change what it hangs on, and what they may hang on themselves.</summary>
    public (ValueList<Operation> Operations, DatabaseSchema After) First(DatabaseSchema from, DatabaseSchema aim, DifferenceNames names)
    {
        var changes = Changes(from, aim);
        var behind = changes.Aggregate(new Alignment(engine).Of(from, aim), (s, c) => Behind(s, c, aim));
        var others = SchemaDifferences.Of(behind, aim).SelectMany(d => NamesOf(d.Object)).ToHashSet(StringComparer.Ordinal);
        bool Meets(PlainChange change) => SqlLexer.Identifiers($"{Text(change.Up)} {Text(change.Down)}").Any(others.Contains);
        bool Moves(ObjectName rule) => from.Find(rule.Kind, rule.Identity) is Rule moved && aim.Find("rule", $"{moved.Name} on {names.Table(moved.Table)}") is not null;
        return Taken(from, aim, changes.Where(c => others.Count > 0 && (c.Carries ? c.Kind == DifferenceKind.Added && !Meets(c) : c.Kind == DifferenceKind.Missing && Meets(c) && !Moves(c.Object))));
    }

    /// <summary>What is left behind the operations; what one of them was refused for, SQL does not do in its stead.</summary>
    public (ValueList<Operation> Operations, DatabaseSchema After) Last(DatabaseSchema present, DatabaseSchema aim, IReadOnlyList<Refusal> refusals) =>
        Taken(present, aim, Changes(present, aim).Where(c => !refusals.Any(r => r.Problem is not null && SqlLexer.Names(r.Operation.Summarize(), NamesOf(c.Object).First()))));

    private static (ValueList<Operation> Operations, DatabaseSchema After) Taken(DatabaseSchema from, DatabaseSchema aim, IEnumerable<PlainChange> changes)
    {
        var taken = changes.ToList();
        return (taken.Select(c => (Operation)new Sql { Up = new SqlText(Text(c.Up)), Down = new SqlText(Text(c.Down)) }).ToValueList(), taken.Aggregate(from, (s, c) => Behind(s, c, aim)));
    }

    private ValueList<PlainChange> Changes(DatabaseSchema from, DatabaseSchema aim) =>
        write is null ? [] : write(new Alignment(engine).Of(from, aim) with { Access = from.Access.Count > 0 ? from.Access : there }, aim);

    private static DatabaseSchema Behind(DatabaseSchema schema, PlainChange change, DatabaseSchema aim)
    {
        if (change.Owners is { } owners)
        {
            return schema with { Access = schema.Access.Select(a => owners.FirstOrDefault(o => o.On == a.On) is { } o ? Owned(a, o.Owner) : a).ToValueList() };
        }

        // Rights are operations'.
        var behind = SchemaParts.With(schema, aim, [change.Object]) with { Access = schema.Access.Where(a => a.On != change.Object || aim.AccessTo(a.On.Kind, a.On.Identity) is not null).ToValueList() };
        return change.Kind == DifferenceKind.Missing ? WithoutHoldOf(change.Object, behind) : behind;
    }

    // What the former owner had by it, the new one has.
    private static ObjectAccess Owned(ObjectAccess access, string owner) => access with
    {
        Owner = owner,
        Grants = access.Grants?.Select(g => g.Grantee == access.Owner ? g with { Grantee = owner } : g).ToValueList(),
    };

    // What is gone keeps nothing from changing.
    private static DatabaseSchema WithoutHoldOf(ObjectName gone, DatabaseSchema schema) => schema with
    {
        Dependents = schema.Dependents.Where(d => d.Name != $"{gone}" && !(d.Kind == DependentKind.Publication && gone == new ObjectName("publication", d.Name))).ToValueList(),
        Tables = schema.Tables.Select(t => t with { NotUnderstood = t.NotUnderstood.Where(n => $"{n} on {t.Name}" != $"{gone}").ToValueList() }).ToValueList(),
    };

    private static IEnumerable<string> NamesOf(ObjectName item) => item.Identity.Split(" on ").Select(n => n.Split('(')[0]);

    private static string Text(ValueList<string> statements) => string.Join(";\n", statements) + ";";
}
