using Shouldly;
using Tandem.Tests.Conformance.Life;

namespace Tandem.Tests.Conformance.Generated;

/// <summary>Compares what a version shows with what the model says.</summary>
internal sealed class RandomReader(ModelRows rows, ITestTarget target, ITestTarget control)
{
    private const string LogQuery = $"select * from \"{ModelLog.Table}\"";

    private readonly Dictionary<(int Table, bool Uuid, string Mark), string> drawn = [];

    /// <summary>Compares all rows of a version.</summary>
    /// <param name="version">Its number.</param>
    /// <param name="speech">How its applications speak.</param>
    /// <param name="viewName">What they call a view, as SQL; null where it is not there yet.</param>
    public async Task CompareAsync(int version, Speech speech, Func<ModelView, string?> viewName)
    {
        if (HasLog)
        {
            (await target.RowsAsync(LogQuery)).Order(StringComparer.Ordinal).ShouldBe(rows.Log.Order(StringComparer.Ordinal), LogQuery);
        }

        foreach (var table in speech.Tables)
        {
            var query = speech.Query(table);
            (await target.RowsAsync(query)).Order(StringComparer.Ordinal).ShouldBe(rows.Lines(version, table, table.Known.Select(c => c.Name)), query);
            await CompareSecurityAsync(version, table, speech);
            await ComparePartAsync(version, table, speech);
            await CompareDrawnAsync(table, speech);
            foreach (var view in table.Views)
            {
                await CompareViewAsync(version, table, view, viewName(view));
            }
        }
    }

    /// <summary>Compares all rows of the first version with those of the control database.</summary>
    public async Task CompareWithControlAsync()
    {
        var speech = Speech.Base(rows.Versions[0]);
        foreach (var table in speech.Tables)
        {
            var query = speech.Query(table);
            (await target.RowsAsync(query)).Order(StringComparer.Ordinal).ShouldBe((await control.RowsAsync(query)).Order(StringComparer.Ordinal), query);
        }
    }

    private bool HasLog => rows.Versions[0].Any(t => t.Log is not null);

    private async Task CompareSecurityAsync(int version, ModelTable table, Speech speech)
    {
        if (rows.Security(table.Id) is { } security)
        {
            await target.ExecuteAsync($"set role {ModelSecurity.Role}");
            var query = speech.Query(table);
            (await target.RowsAsync(query)).Order(StringComparer.Ordinal).ShouldBe(
                rows.Lines(version, table, table.Known.Select(c => c.Name), row => security.Shows(table, row)), $"as {ModelSecurity.Role}: {query}");
            await target.ExecuteAsync("reset role");
        }
    }

    private async Task CompareViewAsync(int version, ModelTable table, ModelView view, string? name)
    {
        if (name is not null)
        {
            var query = $"select {string.Join(", ", view.Columns.Select(c => $"cast({Text.Name(c.Name)} as text)"))} from {name}";
            (await target.RowsAsync(query)).Order(StringComparer.Ordinal).ShouldBe(rows.Lines(version, table, view.Columns.Select(c => c.Column)), query);
        }
    }

    /// <summary>A row of the second table that holds what stands for none may be there or not.</summary>
    private async Task ComparePartAsync(int version, ModelTable table, Speech speech)
    {
        if (table.AsPart is not { } part)
        {
            return;
        }

        var apart = table.Apart.ToList();
        var none = "|" + string.Join('|', apart.Select(c => c.Default ?? "NULL"));
        var query = speech.Query(part, table.Key.Zip(table.Part!.Key, (c, name) => c with { Name = name }).Concat(apart));
        (await target.RowsAsync(query)).Where(l => !l.EndsWith(none, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ShouldBe(
            rows.Lines(version, table, table.Key.Concat(apart).Select(c => c.Name)).Where(l => !l.EndsWith(none, StringComparison.Ordinal)), query);
    }

    /// <summary>A key that was once drawn stays with its row.</summary>
    private async Task CompareDrawnAsync(ModelTable table, Speech speech)
    {
        if (table.Target is not { Drawn: true } key)
        {
            return;
        }

        var query = speech.Drawn(table);
        var seen = (await target.RowsAsync(query)).Select(l => l.Split('|')).ToDictionary(l => l[0], l => l[1], StringComparer.Ordinal);
        seen.Values.ShouldBeUnique(query);
        foreach (var (mark, value) in seen)
        {
            drawn.TryAdd((table.Id, key.Uuid, mark), value);
            value.ShouldBe(drawn[(table.Id, key.Uuid, mark)], $"{query}: {mark}");
        }
    }
}
