using System.ComponentModel;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Operations;

/// <summary>A value that a type gets.</summary>
public sealed record NewValue
{
    /// <summary>The value.</summary>
    [Description("The value.")]
    public required string Value { get; init; }

    /// <summary>The value that it stands before; last when neither is given.</summary>
    [Description("The value that it stands before; last when neither is given.")]
    public string? Before { get; init; }

    /// <summary>The value that it stands after.</summary>
    [Description("The value that it stands after.")]
    public string? After { get; init; }
}

/// <summary>A value and the one that stands for it: a mapping entry <c>value: other</c> in the file.</summary>
/// <param name="Value">The value.</param>
/// <param name="Other">What stands for it.</param>
[WrittenAsMapping]
public sealed record ValuePair(string Value, string Other);

/// <summary>Adds, renames and removes values of an enumerated type.</summary>
[Description("Adds, renames and removes values of an enumerated type (PostgreSQL). Where values are renamed or removed, each version has its own type and sees the rows in its own values.")]
public sealed record AlterEnum : Operation
{
    /// <summary>The type's name.</summary>
    [Description("The type's name.")]
    public required string Name { get; init; }

    /// <summary>Values that come.</summary>
    [Description("Values that come. Alone, they are added to the one type: old applications can meet them, and a rollback leaves them.")]
    public ValueList<NewValue> Add { get; init; } = [];

    /// <summary>Values that get other names: the old name, the new one.</summary>
    [Description("Values that get other names: old name: new name.")]
    public ValueList<ValuePair> Rename { get; init; } = [];

    /// <summary>Values that go, each with the value that the new version sees instead.</summary>
    [Description("Values that go: value: the value that the new version sees instead.")]
    public ValueList<ValuePair> Remove { get; init; } = [];

    /// <summary>What the old version sees instead of values that come, when others are renamed or removed besides.</summary>
    [Description("What the old version sees instead of values that come, when others are renamed or removed besides: new value: old value.")]
    public ValueList<ValuePair> Down { get; init; } = [];

    /// <inheritdoc />
    public override IEnumerable<string> Tables => [];

    /// <inheritdoc />
    public override string Summarize()
    {
        var parts = Add.Select(a => $"gets {a.Value}").Concat(Rename.Select(r => $"calls {r.Value} {r.Other}")).Concat(Remove.Select(r => $"loses {r.Value}"));
        return $"The type {Name} {string.Join(", ", parts)}.";
    }

    /// <summary>Whether values come and none goes: what is there already then needs nothing.</summary>
    internal bool AddsOnly => Rename.Count + Remove.Count == 0;

    /// <inheritdoc />
    internal override void Apply(ChangeDraft draft)
    {
        if (!draft.NeedsPostgres("enumerated types", EnumRules.InsteadOnSqlite) || draft.Existing<EnumType>(Name, "enum") is not { } type)
        {
            return;
        }

        var map = new EnumMap(draft, type, this);
        if (!map.IsSound)
        {
            return;
        }

        var change = new ObjectChange(type, type with { Values = map.After });
        if (!change.ExchangesType)
        {
            foreach (var added in Add)
            {
                draft.Report(
                    ProblemCodes.ValueStays, type.Values.Contains(added.Value)
                        ? $"The type {Name} has the value {added.Value} already, perhaps from a start that was taken back."
                        : $"{added.Value} is added to the type {Name} for both versions; it stays after a rollback.",
                    Name);
            }

            if (change.Before != change.After)
            {
                draft.Objects.Add(change);
            }

            return;
        }

        if (TypeUse.RefuseOthers(draft, Name) && map.FitsViews(draft) && TypeUse.Columns(draft, Name).ToList().TrueForAll(c => map.Exchange(draft, c.Table, c.Column)))
        {
            draft.Objects.Add(change with { On = TypeUse.Columns(draft, Name).Select(c => c.Table.Name).Distinct(StringComparer.Ordinal).ToValueList() });
        }
    }
}
