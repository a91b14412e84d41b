using System.Collections.Frozen;
using Tandem.Migrations;
using Tandem.Policy.Scripts;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Steps;

namespace Tandem.Policy;

/// <summary>What is known about where migrations run, for lint.</summary>
public sealed record LintContext
{
    /// <summary>The engines that the migrations run on (<c>postgres</c>, <c>sqlite</c>); null when not known.</summary>
    public ValueList<string>? Engines { get; init; }

    /// <summary>The day on which lint is asked, for rules about dates; null leaves them out.</summary>
    public DateOnly? Today { get; init; }

    /// <summary>What is asked for here.</summary>
    public LintPolicy Policy { get; init; } = new();

    /// <summary>The schema that the migration meets; null where no database was asked.</summary>
    public DatabaseSchema? Schema { get; init; }

    /// <summary>What the migration's SQL did in a sandbox, script by script; null where it was not tried.</summary>
    public ValueList<ScriptEffect>? Effects { get; init; }

    internal SensitiveFields Sensitive => field ??= new SensitiveFields(Policy);

    internal bool Runs(string engine) => Engines is null || Engines.Contains(engine, StringComparer.Ordinal);
}

/// <summary>Judges a migration from its file alone, without a database.</summary>
public static class Lint
{
    /// <summary>Every rule by its name. A rule is one file in this folder.</summary>
    internal static IReadOnlyDictionary<string, Func<LintSubject, IEnumerable<Problem>>> Rules { get; } =
        new SortedDictionary<string, Func<LintSubject, IEnumerable<Problem>>>(StringComparer.Ordinal)
        {
            [nameof(AcceptedCodes)] = AcceptedCodes.Check,
            [nameof(CheckQueries)] = CheckQueries.Check,
            [nameof(ColumnTypes)] = ColumnTypes.Check,
            [nameof(Determinism)] = Determinism.Check,
            [nameof(EngineFunctions)] = EngineFunctions.Check,
            [nameof(EngineTexts)] = EngineTexts.Check,
            [nameof(ExpressionForm)] = ExpressionForm.Check,
            [nameof(LensProofs)] = LensProofs.Check,
            [nameof(LossyTypes)] = LossyTypes.Check,
            [nameof(MissingDefaults)] = MissingDefaults.Check,
            [nameof(NameLengths)] = NameLengths.Check,
            [nameof(NameStyles)] = NameStyles.Check,
            [nameof(NoticeFields)] = NoticeFields.Check,
            [nameof(Purpose)] = Purpose.Check,
            [nameof(ReferenceIndexes)] = ReferenceIndexes.Check,
            [nameof(RepeatedNames)] = RepeatedNames.Check,
            [nameof(RequiredColumns)] = RequiredColumns.Check,
            [nameof(ReservedNames)] = ReservedNames.Check,
            [nameof(RollbackConditions)] = RollbackConditions.Check,
            [nameof(SensitiveAccess)] = SensitiveAccess.Check,
            [nameof(SensitiveValues)] = SensitiveValues.Check,
            [nameof(SunsetDates)] = SunsetDates.Check,
            [nameof(UnexplainedDrops)] = UnexplainedDrops.Check,
            [nameof(WholeTableUpdates)] = WholeTableUpdates.Check,
            [nameof(WideIndexes)] = WideIndexes.Check,
        };

    /// <summary>Findings that are made only where the policy gives them a weight.</summary>
    internal static FrozenSet<ProblemCode> OffUnlessAsked { get; } =
        FrozenSet.Create(ProblemCodes.LensUnproved, ProblemCodes.LimitedText, ProblemCodes.SmallNumber, ProblemCodes.ScriptWithoutSchema);

    /// <summary>The findings about a file, in its order; its own problems when it could not be read.</summary>
    public static IReadOnlyList<Problem> Check(ParsedMigration file, LintContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Migration is null ? file.Problems : [.. file.Problems, .. Check(file.Migration, file.Places, context)];
    }

    /// <summary>The findings about a migration that may have no file.</summary>
    public static IReadOnlyList<Problem> Check(Migration migration, SourceMap? places = null, LintContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(migration);
        var subject = new LintSubject(migration, places ?? new SourceMap(), context ?? new LintContext());
        var accepted = (migration.Accept ?? []).Select(c => c.Code).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. Rules.Values.Concat(ScriptLint.Rules.Values).SelectMany(rule => rule(subject))
                .Where(p => p is { Severity: Severity.Error, NeedsConsent: false } || !accepted.Contains(p.Code.Id))
                .Where(p => !OffUnlessAsked.Contains(p.Code) || subject.Context.Policy.WeightOf(p.Code) is not null)
                .OrderBy(p => p.Place?.Line ?? 0)
                .ThenBy(p => p.Place?.Column ?? 0)
                .ThenBy(p => p.Code.Id, StringComparer.Ordinal)
                .ThenBy(p => p.Message, StringComparer.Ordinal),
        ];
    }
}
