using Tandem.Operations;
using Tandem.Schema;

namespace Tandem.Differences;

/// <summary>What concerns no row's meaning: how tables are stored and looked after, and what the planner is told of them.</summary>
internal sealed class StorageStage(StageDraft draft, DatabaseSchema aim, DifferenceNames names)
{
    public void Make()
    {
        foreach (var table in aim.Tables.Where(t => draft.Table(t.Name) is not null))
        {
            Set(table, draft.Table(table.Name)!);
        }

        foreach (var statistics in draft.From.Objects.OfType<Statistics>().Where(s => aim.Find(s.Kind, s.Name) is null && aim.Table(names.Table(s.Table)) is not null))
        {
            draft.Add(new DropStatistics { Name = statistics.Name });
        }

        foreach (var statistics in aim.Objects.OfType<Statistics>())
        {
            Make(statistics, draft.From.Find(statistics.Kind, statistics.Name) as Statistics);
        }
    }

    private void Set(Table wanted, TableDraft present)
    {
        if (!StorageText.Same(present.Settings.Options, wanted.Options) && StorageText.Read(present.Settings.Options) is { } before && StorageText.Read(wanted.Options) is { } after)
        {
            draft.Add(new SetStorage { Table = wanted.Name, With = With(before, after), Reset = Reset(before, after) });
        }

        foreach (var column in wanted.Columns)
        {
            if (present.Column(column.Name) is { After: { } now } && now.Settings != column.Settings)
            {
                Set(wanted.Name, ColumnSettings.Of(now), ColumnSettings.Of(column), column.Name);
            }
        }
    }

    private void Set(string table, ColumnSettings present, ColumnSettings wanted, string column)
    {
        if (StorageText.Read(present.Options) is { } before && StorageText.Read(wanted.Options) is { } after)
        {
            draft.Add(new SetStorage
            {
                Table = table,
                Column = column,
                With = With(before, after),
                Reset = Reset(before, after),
                Storage = present.Storage == wanted.Storage ? null : wanted.Storage is { } storage ? Enum.Parse<ColumnStorage>(storage, ignoreCase: true) : ColumnStorage.Default,
                Compression = present.Compression == wanted.Compression ? null : wanted.Compression ?? "default",
                Statistics = present.Statistics == wanted.Statistics ? null : wanted.Statistics ?? -1,
            });
        }
    }

    private static ValueList<StorageParameter> With(ValueList<StorageParameter> before, ValueList<StorageParameter> after) => after.Where(a => !before.Contains(a)).ToValueList();

    private static ValueList<string> Reset(ValueList<StorageParameter> before, ValueList<StorageParameter> after) =>
        before.Where(b => after.All(a => a.Name != b.Name)).Select(b => b.Name).ToValueList();

    private void Make(Statistics wanted, Statistics? before)
    {
        if (before is not null && StatisticsForm.Same(StatisticsForm.Renamed(before, names.Table(before.Table), n => names.Column(before.Table, n)) with { Comment = wanted.Comment }, wanted))
        {
            return;
        }

        draft.Together(
            () =>
            {
                if (before is not null)
                {
                    draft.Add(new DropStatistics { Name = before.Name });
                }

                draft.Add(StatisticsForm.Of(wanted));
            },
            () => draft.Objects.Find(wanted.Kind, wanted.Name) is Statistics made && StatisticsForm.Same(made, wanted));
    }
}
