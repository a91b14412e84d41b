using System.Reflection;
using System.Text;
using Tandem.Migrations;
using Tandem.Operations;
using Tandem.Problems;

namespace Tandem.Tests.Docs;

/// <summary>The texts of the reference, made from the records and the problem codes.</summary>
internal static class ReferencePages
{
    public static IReadOnlyList<ProblemCode> Codes { get; } =
    [
        .. typeof(ProblemCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(f => f.FieldType == typeof(ProblemCode))
            .Select(f => (ProblemCode)f.GetValue(null)!)
            .OrderBy(c => c.Id, StringComparer.Ordinal),
    ];

    public static string Problem(ProblemCode code) =>
        $"""
        # {code.Id}: {code.Title}

        Severity: {Word(code.Severity)}. {Consequence(code.Severity)}

        **What to do.** {code.Remedy}
        """;

    public static string ProblemIndex()
    {
        var text = new StringBuilder("# Problems\n\nEvery finding has a code that never changes its meaning.\n\n| code | what is wrong | severity |\n|---|---|---|\n");
        foreach (var code in Codes)
        {
            text.Append(Invariant($"| [{code.Id}]({code.Id}.md) | {Cell(code.Title)} | {Word(code.Severity)} |\n"));
        }

        return text.ToString();
    }

    public static string Operation(string keyword, Type type) =>
        $"# {keyword}\n\n{FileForm.Of(type).Description}\n\n" + Record(type, "", 2);

    public static string OperationIndex()
    {
        var text = new StringBuilder("# Operations\n\n| operation | what it does |\n|---|---|\n");
        foreach (var (keyword, type) in FileForm.Operations)
        {
            text.Append(Invariant($"| [{keyword}]({keyword}.md) | {Cell(FileForm.Of(type).Description)} |\n"));
        }

        return text.ToString();
    }

    public static string MigrationFile() =>
        """
        # The migration file

        A migration is one YAML file (or strict JSON, when its name ends in `.json`). Its id is the file's name without
        extension: ASCII letters, digits, `_` and `-`, at most 48 characters. Unknown keys are errors; anchors, aliases and
        tags are refused. An editor completes and checks the file with [the JSON Schema](migration.schema.json).


        """ + Record(typeof(Migration), "", 2);

    public static string TargetsFile() =>
        """
        # The file of targets

        `tandem.yaml` names databases and says how migrations are carried out on each: one set of migrations, and for every
        environment its own settings. It is meant to be committed; a secret is an environment variable, `${NAME}`. Unknown keys are
        errors. An editor completes and checks the file with [the JSON Schema](tandem.schema.json).


        """ + Record(typeof(TargetsFile), "", 2);

    private static string Record(Type type, string path, int level)
    {
        var text = new StringBuilder("| key | value | required | meaning |\n|---|---|---|---|\n");
        var nested = new List<(string Path, string Title, Type Type)>();
        foreach (var key in FileForm.Of(type).Keys)
        {
            var required = key.Required ? "yes" : "";
            text.Append(Invariant($"| `{key.Name}` | {Kind(key.Type)} | {required} | {Cell(key.Description)} |\n"));
            var inner = FileForm.ItemOf(key.Type) ?? key.Type;
            inner = FileForm.ItemOf(inner) ?? inner;
            inner = FileForm.IsMappingEntry(inner) && IsRecord(FileForm.Of(inner).Keys[1].Type) ? FileForm.Of(inner).Keys[1].Type : inner;
            if (IsRecord(inner))
            {
                var full = path.Length == 0 ? key.Name : $"{path}.{key.Name}";
                nested.Add((full, inner == key.Type ? $"`{full}`" : $"Each entry of `{full}`", inner));
            }
        }

        foreach (var (full, title, inner) in nested)
        {
            text.Append(Invariant($"\n{new string('#', level)} {title}\n\n{Record(inner, full, level + 1)}"));
        }

        return text.ToString();
    }

    private static bool IsRecord(Type type) =>
        type != typeof(Operation) && type != typeof(SqlText) && type != typeof(CellValue) && !ScalarBinder.CanBind(type) && !FileForm.IsMappingEntry(type) && FileForm.ItemOf(type) is null;

    internal static string Kind(Type type)
    {
        if (FileForm.ItemOf(type) is { } item)
        {
            return FileForm.IsMappingEntry(item)
                ? $"mapping of names to {Plural(FileForm.Of(item).Keys[1].Type)}"
                : $"list of {Plural(item)}";
        }

        return type switch
        {
            _ when type == typeof(string) => "text",
            _ when type == typeof(bool) => "`true` or `false`",
            _ when type == typeof(TimeSpan) => "duration",
            _ when type == typeof(DateOnly) => "date",
            _ when type == typeof(TimeOnly) => "time of the day",
            _ when type == typeof(SqlText) => "SQL: one text, or one per engine",
            { IsEnum: true } => string.Join(", ", ScalarBinder.Choices(type).Keys.Select(c => $"`{c}`")),
            _ when type == typeof(double) => "number",
            _ when ScalarBinder.CanBind(type) => "whole number",
            _ => "mapping, see below",
        };
    }

    private static string Plural(Type type) => type switch
    {
        _ when FileForm.ItemOf(type) is { } item && FileForm.IsMappingEntry(item) => $"mappings of names to {Plural(FileForm.Of(item).Keys[1].Type)}",
        _ when type == typeof(CellValue) => "values (a number, `true`, `false`, `null`, a text, or `{ sql: … }`)",
        _ when type == typeof(string) => "texts",
        _ when type == typeof(SqlText) => "SQL texts",
        _ when type == typeof(Operation) => "[operations](operations/README.md)",
        _ when ScalarBinder.CanBind(type) => Kind(type),
        _ => "mappings, see below",
    };

    private static string Consequence(Severity severity) => severity switch
    {
        Severity.Error => "The command stops here and changes nothing more.",
        Severity.Warning => "The command goes on unless a policy says otherwise.",
        _ => "It is worth knowing and changes nothing.",
    };

    private static string Word(Severity severity) => FileForm.Snake(severity.ToString());

    internal static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
