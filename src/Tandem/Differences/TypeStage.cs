using Tandem.Operations;
using Tandem.Schema;

namespace Tandem.Differences;

/// <summary>Extensions, enumerated types, domains and sequences.</summary>
internal sealed class TypeStage(StageDraft draft, DatabaseSchema aim, DifferenceNames names)
{
    private readonly DatabaseSchema from = draft.From;

    public void Make()
    {
        foreach (var extension in aim.Objects.OfType<Extension>().Where(e => from.Find(e.Kind, e.Identity) is null))
        {
            draft.Add(new CreateExtension { Name = extension.Name, Version = extension.Version.Length == 0 ? null : extension.Version });
        }

        foreach (var type in aim.Enums)
        {
            Enum(type, from.Enums.FirstOrDefault(e => e.Name == type.Name));
        }

        foreach (var type in aim.Objects.Where(o => o is CompositeType or RangeType or Domain).OrderBy(o => Depth(o, aim)))
        {
            if (type is Domain domain)
            {
                Make(domain, from.Find(domain.Kind, domain.Identity) as Domain);
            }
            else if (from.Find(type.Kind, type.Identity) is null)
            {
                draft.Add(Made(type), () => draft.Objects.Find(type.Kind, type.Name) == type);
            }
        }

        foreach (var sequence in aim.Sequences)
        {
            Sequence(sequence, from.Sequences.FirstOrDefault(s => s.Name == sequence.Name));
        }
    }

    public void Drop()
    {
        foreach (var sequence in from.Sequences.Where(s => aim.Sequences.All(o => o.Name != s.Name)))
        {
            draft.Add(new DropSequence { Name = sequence.Name });
        }

        foreach (var type in from.Objects.Where(o => o is CompositeType or RangeType or Domain && aim.Find(o.Kind, o.Identity) is null).OrderByDescending(o => Depth(o, from)))
        {
            draft.Add(type is Domain ? new DropDomain { Name = type.Name } : new DropType { Name = type.Name });
        }

        foreach (var type in from.Enums.Where(e => aim.Enums.All(o => o.Name != e.Name)))
        {
            draft.Add(new DropEnum { Name = type.Name });
        }
    }

    private static CreateType Made(SchemaObject type) => new()
    {
        Name = type.Name,
        Attributes = (type as CompositeType)?.Columns.Select(c => new TypePart { Name = c.Name, Type = c.Type, Collation = c.Collation, Comment = c.Comment }).ToValueList(),
        Range = (type as RangeType)?.Definition,
        Comment = type.Comment,
    };

    // How deep types and domains lie beneath: a type comes behind those that it is made of.
    private static int Depth(SchemaObject type, DatabaseSchema schema) => Beneath(type)
        .Select(t => schema.Objects.FirstOrDefault(o => o is CompositeType or RangeType or Domain && o.Name != type.Name && SqlLexer.Names(t, o.Name)) is { } part ? 1 + Depth(part, schema) : 0).Append(0).Max();

    private static IEnumerable<string> Beneath(SchemaObject type) => type switch
    {
        CompositeType composite => composite.Columns.Select(c => c.Type),
        RangeType range => [range.Definition],
        Domain domain => [domain.Type],
        _ => [],
    };

    private void Enum(EnumType type, EnumType? before)
    {
        if (before is null)
        {
            draft.Add(new CreateEnum { Name = type.Name, Values = type.Values, Comment = type.Comment });
        }
        else if (before.Values != type.Values)
        {
            var renamed = before.Values.Where(v => names.Value(type.Name, v) != v).Select(v => new ValuePair(v, names.Value(type.Name, v))).ToValueList();
            var present = before.Values.Select(v => names.Value(type.Name, v)).ToList();
            if (type.Values.Where(present.Contains).SequenceEqual(present, StringComparer.Ordinal))
            {
                draft.Add(
                    new AlterEnum { Name = type.Name, Rename = renamed, Add = Added(type, present) },
                    () => draft.Objects.Enums.Single(e => e.Name == type.Name).Values == type.Values);
            }
        }
    }

    // Each behind the one before it, which is there by then.
    private static ValueList<NewValue> Added(EnumType type, List<string> present) => type.Values.Select((v, i) => (v, i)).Where(p => !present.Contains(p.v))
        .Select(p => p.i > 0
            ? new NewValue { Value = p.v, After = type.Values[p.i - 1] }
            : new NewValue { Value = p.v, Before = type.Values.FirstOrDefault(present.Contains) }).ToValueList();

    private void Make(Domain domain, Domain? before)
    {
        // What is said of it and of its checks follows by itself.
        Domain Aligned(Domain one) => (Domain)new Alignment(draft.Engine).Of(new DatabaseSchema("", []) { Objects = [Unsaid(one)] }, new DatabaseSchema("", []) { Objects = [Unsaid(domain)] }).Objects[0];
        bool Reached() => draft.Objects.Find("domain", domain.Name) is Domain made && Aligned(made) == Unsaid(domain);
        if (before is null)
        {
            draft.Add(
                new CreateDomain
                {
                    Name = domain.Name,
                    Type = domain.Type,
                    Default = Text(domain.Default),
                    Nullable = domain.Nullable,
                    Collation = domain.Collation,
                    Checks = domain.Checks.Select(Rule).ToValueList(),
                    Comment = domain.Comment,
                },
                Reached);
        }
        else if (Aligned(before) is var was && was != Unsaid(domain))
        {
            var wanted = Unsaid(domain);
            draft.Add(
                new AlterDomain
                {
                    Name = domain.Name,
                    Default = was.Default == domain.Default ? null : Text(domain.Default),
                    DropDefault = was.Default is not null && domain.Default is null,
                    Nullable = was.Nullable == domain.Nullable ? null : domain.Nullable,
                    AddChecks = wanted.Checks.Where(c => !was.Checks.Contains(c)).Select(Rule).ToValueList(),
                    DropChecks = was.Checks.Where(c => !wanted.Checks.Contains(c)).Select(c => c.Name!).ToValueList(),
                },
                Reached);
        }
    }

    private static Domain Unsaid(Domain domain) => domain with { Comment = null, Checks = domain.Checks.Select(c => c with { Comment = null }).ToValueList() };

    private static DomainRule Rule(CheckConstraint check) => new() { Name = check.Name!, Expression = new SqlText(check.Expression) };

    private void Sequence(Sequence sequence, Sequence? before)
    {
        // Whose column owns it, and whether it is logged, no operation says.
        Sequence Counting(Sequence one) => one with { Comment = sequence.Comment, OwnerTable = sequence.OwnerTable, OwnerColumn = sequence.OwnerColumn, Unlogged = sequence.Unlogged };
        bool Reached() => draft.Objects.Sequences.FirstOrDefault(s => s.Name == sequence.Name) is { } made && Counting(made) == sequence;
        if (before is null)
        {
            draft.Add(
                new CreateSequence
                {
                    Name = sequence.Name,
                    Type = sequence.Type,
                    Start = sequence.Start,
                    Increment = sequence.Increment,
                    Minimum = sequence.Minimum,
                    Maximum = sequence.Maximum,
                    Cache = sequence.Cache,
                    Cycle = sequence.Cycle,
                },
                Reached);
        }
        else if (Counting(before) != sequence)
        {
            draft.Add(
                new AlterSequence
                {
                    Name = sequence.Name,
                    Type = before.Type == sequence.Type ? null : sequence.Type,
                    Increment = before.Increment == sequence.Increment ? null : sequence.Increment,
                    Start = before.Start == sequence.Start ? null : sequence.Start,
                    Minimum = before.Minimum == sequence.Minimum ? null : sequence.Minimum ?? sequence.UsualLimits.Least,
                    Maximum = before.Maximum == sequence.Maximum ? null : sequence.Maximum ?? sequence.UsualLimits.Greatest,
                    Cache = before.Cache == sequence.Cache ? null : sequence.Cache,
                    Cycle = before.Cycle == sequence.Cycle ? null : sequence.Cycle,
                },
                Reached);
        }
    }

    private static SqlText? Text(string? sql) => sql is null ? null : new SqlText(sql);
}
