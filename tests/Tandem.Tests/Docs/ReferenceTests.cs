using System.Text.RegularExpressions;
using Shouldly;
using Tandem.Migrations;
using Tandem.Policy;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Tests.Architecture;
using Xunit;

namespace Tandem.Tests.Docs;

/// <summary>The reference says what the code does.</summary>
public sealed partial class ReferenceTests
{
    private const string Folder = "docs/reference";

    [Fact]
    public void The_schema_is_not_stale() => GeneratedFile.Hold(
        [GeneratedFile.WholeDifference($"{Folder}/migration.schema.json", MigrationSchema.Text())]);

    [Fact]
    public void The_schema_of_targets_is_not_stale() => GeneratedFile.Hold(
        [GeneratedFile.WholeDifference($"{Folder}/tandem.schema.json", TargetsFile.Schema())]);

    [Fact]
    public void The_reference_of_schema_files_is_not_stale() => GeneratedFile.Hold(
    [
        GeneratedFile.WholeDifference($"{Folder}/schema-file.schema.json", SchemaFile.JsonSchema(ModelMeaning.Of)),
        GeneratedFile.PageDifference($"{Folder}/schema-file.md", SchemaFilePage.Text()),
    ]);

    [Fact]
    public async Task Examples_of_schema_files_are_understood_by_the_parser_and_the_schema()
    {
        var schema = await SchemaCheck.LoadAsync(SchemaFile.JsonSchema(ModelMeaning.Of));
        var examples = Examples($"{Folder}/schema-file.md").ToList();
        examples.ShouldNotBeEmpty();
        foreach (var example in examples)
        {
            SchemaFile.Parse(new MigrationFile("schema.yaml", example)).Schema.Tables.ShouldNotBeEmpty();
            schema.Problems(example).ShouldBeEmpty();
        }
    }

    [Fact]
    public void The_page_of_the_file_of_targets_is_not_stale() => GeneratedFile.Hold(
        [GeneratedFile.PageDifference($"{Folder}/targets-file.md", ReferencePages.TargetsFile())]);

    [Fact]
    public async Task Examples_of_targets_are_understood_by_the_parser_and_the_schema()
    {
        var schema = await SchemaCheck.LoadAsync(TargetsFile.Schema());
        var examples = Examples($"{Folder}/targets-file.md").ToList();
        examples.ShouldNotBeEmpty();
        foreach (var example in examples)
        {
            TargetsFile.Parse("tandem.yaml", example).Targets.ShouldNotBeEmpty();
            schema.Problems(example).ShouldBeEmpty();
        }
    }

    [Fact]
    public void The_page_of_the_migration_file_is_not_stale() => GeneratedFile.Hold(
        [GeneratedFile.PageDifference($"{Folder}/migration-file.md", ReferencePages.MigrationFile())]);

    [Fact]
    public void The_pages_of_operations_are_not_stale() => GeneratedFile.Hold(
    [
        GeneratedFile.PageDifference($"{Folder}/operations/README.md", ReferencePages.OperationIndex()),
        .. FileForm.Operations.Select(o =>
            GeneratedFile.PageDifference($"{Folder}/operations/{o.Key}.md", ReferencePages.Operation(o.Key, o.Value))),
    ]);

    [Fact]
    public void The_pages_of_problems_are_not_stale() => GeneratedFile.Hold(
    [
        GeneratedFile.PageDifference($"{Folder}/problems/README.md", ReferencePages.ProblemIndex()),
        .. ReferencePages.Codes.Select(c =>
            GeneratedFile.PageDifference($"{Folder}/problems/{c.Id}.md", ReferencePages.Problem(c))),
    ]);

    [Fact]
    public void Everything_that_can_be_written_is_described() => Rules.Hold(
        from type in FileForm.Operations.Values.Append(typeof(Migration)).Append(typeof(TargetsFile)).SelectMany(Records).Distinct()
        from missing in FileForm.Of(type).Keys.Where(k => k.Description.Length == 0).Select(k => $"{type.Name}.{k.Property.Name}: no [Description]")
            .Concat(type.IsSubclassOf(typeof(Tandem.Operations.Operation)) && FileForm.Of(type).Description.Length == 0 ? [$"{type.Name}: no [Description]"] : [])
        select missing);

    [Fact]
    public void Every_operation_has_an_example() => Rules.Hold(
        from keyword in FileForm.Operations.Keys
        where !Examples($"{Folder}/operations/{keyword}.md").Any(e => e.Contains($"- {keyword}:", StringComparison.Ordinal))
        select $"{Folder}/operations/{keyword}.md: no example of it");

    [Fact]
    public async Task Examples_are_understood_by_the_parser_and_the_schema()
    {
        var schema = await SchemaCheck.LoadAsync();
        var pages = FileForm.Operations.Keys.Select(k => $"{Folder}/operations/{k}.md").Append($"{Folder}/migration-file.md");
        var wrong = from page in pages
                    from example in Examples(page)
                    let text = example.StartsWith("- ", StringComparison.Ordinal) ? $"title: Example\noperations:\n{example}" : example
                    from problem in Lint.Check(MigrationParser.Parse("0001_example.yaml", text))
                        .Where(p => p.Severity == Severity.Error || p.Code == ProblemCodes.EngineLacks).Select(p => p.ToString())
                        .Concat(schema.Problems(text))
                    select $"{page}: {problem}";
        string.Join("\n", wrong).ShouldBe("");
    }

    [Fact]
    public void Examples_of_problems_show_the_problem_and_its_end()
    {
        var wrong = from code in ReferencePages.Codes
                    let page = $"{Folder}/problems/{code.Id}.md"
                    let blocks = Blocks(page)
                    let policy = blocks.Where(b => b.Label == "Policy").Select(b => b.Text).FirstOrDefault()
                    let tables = blocks.Where(b => b.Label == "Table").Select(b => b.Text).FirstOrDefault()
                    from block in blocks.Where(b => b.Label is not ("Policy" or "Table"))
                    let found = block.Label.EndsWith("policy", StringComparison.Ordinal) ? LintBy(block.Text, Indexed, null) : LintBy(policy, block.Text, tables)
                    where block.Label.StartsWith("Wrong", StringComparison.Ordinal)
                        ? found.All(p => p.Code != code)
                        : found.Any(p => p.Code == code || p.Severity == Severity.Error)
                    select $"{page}: the example labelled {block.Label}: {string.Join("; ", found)}";
        string.Join("\n", wrong).ShouldBe("");
    }

    [Fact]
    public void Every_finding_of_lint_has_an_example_of_it_and_one_without_it() => Rules.Hold(
        from code in ReferencePages.Codes
        where code.Id.StartsWith("TDM3", StringComparison.Ordinal)
        let labels = Blocks($"{Folder}/problems/{code.Id}.md").Select(b => b.Label).ToList()
        from label in (string[])["Wrong", "Right"]
        where !labels.Exists(l => l.StartsWith(label, StringComparison.Ordinal))
        select $"{Folder}/problems/{code.Id}.md: no block labelled {label}");

    private const string Indexed = "- sql: { up: create index orders_status on orders (status), down: drop index concurrently orders_status }";

    private static IReadOnlyList<Problem> LintBy(string? policy, string migration, string? tables)
    {
        var today = new DateOnly(2027, 1, 1);
        try
        {
            var by = policy is null ? new LintPolicy() : LintPolicy.Parse("policy.yaml", policy);
            return by.Judge(Lint.Check(MigrationParser.Parse("0001_example.yaml", Whole(migration)), new LintContext { Today = today, Policy = by, Schema = tables is null ? null : Schema(tables) }), today);
        }
        catch (TandemException e)
        {
            return e.Problems;
        }
    }

    // A line for each table: its name, and its columns with their types.
    private static DatabaseSchema Schema(string tables) => new("public", tables.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
    {
        var parts = line.Split(": {");
        return new Table(parts[0], parts[1].TrimEnd('}', ' ').Split(',').Select(c => new Column(c.Split(':')[0].Trim(), c.Split(':')[1].Trim(), true, null)).ToValueList());
    }).ToValueList());

    private static IReadOnlyList<(string Label, string Text)> Blocks(string page) => Repository.Has(page)
        ? [.. Labelled().Matches(Repository.Read(page).Replace("\r\n", "\n", StringComparison.Ordinal)).Select(m => (m.Groups[1].Value, m.Groups[2].Value))]
        : [];

    private static string Whole(string example) =>
        example.StartsWith("- ", StringComparison.Ordinal) ? $"title: Example\nwhy: w\nowner: o\noperations:\n{example}" : example;

    private static IEnumerable<string> Examples(string page) => Repository.Has(page)
        ? YamlBlock().Matches(Repository.Read(page).Replace("\r\n", "\n", StringComparison.Ordinal)).Select(m => m.Groups[1].Value)
        : [];

    private static IEnumerable<Type> Records(Type type) => FileForm.Of(type).Keys
        .Select(k => FileForm.ItemOf(k.Type) ?? k.Type)
        .Select(t => FileForm.ItemOf(t) ?? t)
        .Where(t => t != typeof(Tandem.Operations.Operation) && t != typeof(Tandem.Operations.SqlText)
            && !ScalarBinder.CanBind(t) && !FileForm.IsMappingEntry(t))
        .SelectMany(Records)
        .Prepend(type);

    [GeneratedRegex("^(Wrong|Right|Policy|Table|Wrong policy|Right policy):\n\n```yaml\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Labelled();

    [GeneratedRegex("^```yaml\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex YamlBlock();
}
