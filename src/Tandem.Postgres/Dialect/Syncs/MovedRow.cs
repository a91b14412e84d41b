using Tandem.Steps;

namespace Tandem.Postgres.Dialect.Syncs;

/// <summary>
/// The part of the sync that knows a row which an update moves to another partition: it is inserted there as it was left here, and nobody
/// wrote it anew.
/// </summary>
internal sealed class MovedRow(Layout layout, PlpgsqlText text, IReadOnlyList<string> partitionColumns)
{
    public void Arrives()
    {
        if (partitionColumns.Count == 0)
        {
            return;
        }

        text.Open("IF TG_OP = 'INSERT' AND coalesce(current_setting('tandem.moved', true), '') <> '' THEN");
        text.Open($"IF current_setting('tandem.moved', true) = {Image()} THEN");
        text.Open("IF TG_NARGS = 0 THEN").Line("PERFORM set_config('tandem.moved', '', true);").Close();
        text.Line("RETURN NEW;").Close().Close();
    }

    public void Leaves()
    {
        if (partitionColumns.Count > 0)
        {
            text.Open($"IF TG_OP = 'UPDATE' AND {PlpgsqlText.Changed(partitionColumns)} THEN");
            text.Line($"PERFORM set_config('tandem.moved', {Image()}, true);").Close();
        }
    }

    // By name, as partitions may have their columns in another order; generated columns are not computed yet when a row leaves. Not as jsonb, which does
    // not take every value of json.
    private string Image()
    {
        var shapes = layout.Syncing.Select(l => l.Far).Prepend(layout.Base).Where(s => s.Table is not null).ToList();
        var columns = shapes.SelectMany(s => s.Table!.Columns.Select(c => (Name: layout.Column(s, c.Name), IsGiven: c.Generated is null))).ToList();
        var given = columns.Where(c => c.IsGiven).Select(c => c.Name).Except(columns.Where(c => !c.IsGiven).Select(c => c.Name));
        return $"md5({PlpgsqlText.RowOf("NEW", given)}::text)";
    }
}
