using Tandem.Databases;
using Tandem.Problems;
using Tandem.Schema;
using Tandem.Sqlite.Dialect;
using Tandem.Steps;

namespace Tandem.Sqlite;

/// <summary>What a plan owes to say about changes on SQLite.</summary>
internal static class SqliteJudge
{
    /// <summary>The findings.</summary>
    public static ValueList<Problem> Of(ValueList<TableChange> changes, RenderContext context) =>
        changes.SelectMany(c => Of(c, context)).ToValueList();

    private static IEnumerable<Problem> Of(TableChange change, RenderContext context)
    {
        var names = TwinNames.Of(context);
        return Names(change, names, context)
            .Concat(Twin.Serves(change) ? Rows(change).Concat(Writers(change)).Concat(OwnColumns.Judge(change, TriggerWrites.Known(context))) : Indexes(change))
            .Concat(Ignoring(change, context))
            .Concat(Uniques(change))
            .Concat(RuleReferences.Judge(change, context))
            .Concat(Keys(change))
            .Concat(Renamed(change, context))
            .Concat(Keys(change, context))
            .Concat(Kept(change, context));
    }

    private static IEnumerable<Problem> Names(TableChange change, TwinNames names, RenderContext context)
    {
        if (!Swap.Arrives(change))
        {
            yield break;
        }

        var twin = names.Twin(change.After!.Name);
        yield return new Problem(
            ProblemCodes.ServedByTwin,
            $"Until complete new applications use {twin}; after complete they use {change.After.Name}, and {twin} goes on as a view until sunset."
            + (change.Before is null ? "" : $" The rows of {change.Before.Name} are stored twice until sunset."),
            Subject: change.Name);
        if (Named(context.Schema, twin) is { } taken)
        {
            yield return new Problem(
                ProblemCodes.NameTaken, $"There is {taken} {twin} already, and the new version's table needs the name.", Subject: change.Name,
                Remedy: "Rename what has the name, or give the migration's file another one.");
        }

        if (change is { Before: null, After.Strict: true } && !SqliteCapabilities.Current.StrictTables())
        {
            yield return new Problem(ProblemCodes.NotOnThisEngine, $"{change.Name} is to be strict, which SQLite {SqliteCapabilities.Current.Version} does not know; 3.37 does.", Subject: change.Name);
        }

        // In a trigger these words mean the row that it fires for.
        foreach (var word in new[] { change.Before?.Name, change.After.Name }.Where(n => SqliteText.SameName(n, "new") || SqliteText.SameName(n, "old")).Distinct())
        {
            yield return new Problem(ProblemCodes.CannotServeTwin, $"A table that is called {word} cannot be kept in sync; give it another name first.", Subject: change.Name);
        }
    }

    private static IEnumerable<Problem> Rows(TableChange change)
    {
        var before = change.Before!;
        if (RowIdentity.Of(before) is not { } identity || RowIdentity.Of(change.After!) is not { } after)
        {
            yield return new Problem(
                ProblemCodes.NoRowIdentity, $"{change.Name} has columns called rowid, _rowid_ and oid, which hide the number of a row.", Subject: change.Name);
            yield break;
        }

        if (before.WithoutRowId && before.PrimaryKey!.Columns.FirstOrDefault(c => Images.AffinityOf(before.Column(c)!.Type) is Affinity.None or Affinity.Real) is { } column)
        {
            yield return new Problem(
                ProblemCodes.NoRowIdentity, $"{change.Name} has no row numbers, and its key column {column} may hold blobs or floating numbers.", Subject: $"{change.Name}.{column}");
        }

        if (identity.Hidden || after.Hidden)
        {
            yield return new Problem(
                ProblemCodes.VacuumRenumbers, $"{change.Name} has no INTEGER PRIMARY KEY: both versions know a row by its number, and VACUUM may give other numbers.", Subject: change.Name);
        }
    }

    private static IEnumerable<Problem> Writers(TableChange change)
    {
        var alone = change.PlainAdded.Where(c => c.Generated is null).Select(c => c.Name).Concat(change.PlainDropped.Select(c => c.Name))
            .Concat(change.Lenses.Where(l => l.Old.Count == 0).SelectMany(l => l.New))
            .Concat(change.Lenses.Where(l => l.New.Count == 0).SelectMany(l => l.Old)).ToList();
        if (alone.Count > 0)
        {
            yield return new Problem(
                ProblemCodes.ReplaceLosesColumns,
                $"INSERT OR REPLACE into {change.Name} by an application of the version without {string.Join(", ", alone)} may set them back to their defaults.",
                Subject: change.Name);
        }
    }

    // What the other version's table has got already the trigger keeps from the plain one, and nobody is told: the next comparison takes it back.
    private static IEnumerable<Problem> Ignoring(TableChange change, RenderContext context) =>
        from trigger in Twin.Serves(change) || change.Links.Count > 0 ? TriggerWrites.Known(context) : []
        where new[] { change.Before, change.After }.OfType<Table>().Any(t => SqliteText.SameName(t.Name, trigger.Table)) && Ignores(SqliteTokenizer.Tokenize(trigger.Definition))
        select new Problem(
            ProblemCodes.TriggerIgnoresRows, $"The trigger {trigger.Name} of {trigger.Table} passes over rows (RAISE(IGNORE)): what one version writes would be left out of the other, without an error.",
            Subject: trigger.Table);

    private static bool Ignores(IReadOnlyList<SqliteToken> tokens) => Enumerable.Range(0, Math.Max(0, tokens.Count - 2))
        .Any(i => tokens[i].Is("raise") && tokens[i + 1].IsSymbol("(") && tokens[i + 2].Is("ignore"));

    private static IEnumerable<Problem> Indexes(TableChange change)
    {
        if (change.Before is null || change.After is null)
        {
            return [];
        }

        return change.Indexes.Where(i => i.Added).Select(i => i.After!.Name)
            .Concat(change.Uniques.Where(u => u.Added).Select(u => ConstraintName.Of(u.After!)))
            .Select(i => new Problem(ProblemCodes.IndexBlocksWriters, $"The index of {i} on {change.Name} is built in one statement.", Subject: change.Name));
    }

    // The index behind a constraint is found by its columns.
    private static IEnumerable<Problem> Uniques(TableChange change)
    {
        foreach (var table in new[] { change.Before, change.After }.OfType<Table>())
        {
            var all = table.Uniques.Select(u => u.Columns).Concat(table.PrimaryKey is { } key ? [key.Columns] : Array.Empty<ValueList<string>>()).ToList();
            if (all.Distinct().Count() < all.Count)
            {
                yield return new Problem(
                    ProblemCodes.CannotServeTwin, $"{table.Name} has two keys or unique constraints over the same columns; drop one first.", Subject: change.Name);
            }
        }
    }

    // Both versions know a row by its number or, without row numbers, by its key. A key that is neither is a rule like others.
    private static IEnumerable<Problem> Keys(TableChange change)
    {
        if (change.Before is not { } before || change.After is not { } after || change.PrimaryKeys.All(k => k.Kept))
        {
            yield break;
        }

        string? reason = null;
        if (before.WithoutRowId)
        {
            reason = $"{change.Name} has no row numbers: both versions know its rows by the primary key, which must be the same in both.";
        }
        else if (before.Columns.Any(c => SqliteDdl.IsRowId(before, c)))
        {
            reason = $"The primary key of {change.Name} is the number of the row, which is 64 bits wide already; the new version cannot have another.";
        }
        else if (after.Columns.FirstOrDefault(c => SqliteDdl.IsRowId(after, c)) is { } number)
        {
            reason = $"As the primary key of {change.Name}, {number.Name} would be the number of the row, and the rows that are there have other numbers.";
        }

        if (reason is not null)
        {
            yield return new Problem(ProblemCodes.KeyCannotDiffer, reason, Subject: change.Name);
        }
    }

    private static IEnumerable<Problem> Renamed(TableChange change, RenderContext context)
    {
        var unclear = RenamedTriggers.Of(change, context.Objects)
            .Where(t => RenamedTriggers.Text(t.Definition, change.Before!.Name, change.After!.Name) is null).Select(t => t.Name).ToList();
        if (unclear.Count > 0)
        {
            yield return new Problem(
                ProblemCodes.TriggersOfRenamedTable,
                $"In the text of {string.Join(", ", unclear)} it does not show which words mean the table {change.Before!.Name}, which is to be called {change.After!.Name}.",
                Subject: change.Name);
        }
    }

    // A key of SQLite's may be NULL, and then no other row shares it.
    private static IEnumerable<Problem> Keys(TableChange change, RenderContext context) =>
        from link in TableLinks.Of(context.Changes)
        where link.Whole == change
        from key in link.Link.Key
        from side in new[] { (Table: (change.Before ?? change.After)!, Column: key.Whole), (Table: (link.Part.Before ?? link.Part.After)!, Column: key.Part) }
        where side.Table.Column(side.Column) is { Nullable: true } column && !SqliteDdl.IsRowId(side.Table, column)
        select new Problem(
            ProblemCodes.LinkNeedsKey, $"The key column {side.Table.Name}.{side.Column} may be NULL.", Subject: $"{side.Table.Name}.{side.Column}",
            Remedy: "Declare the columns of the key NOT NULL (`set_not_null`) in an earlier migration.");

    private static IEnumerable<Problem> Kept(TableChange change, RenderContext context) =>
        context.KeepOldVersion && Swap.Leaves(change)
            ?
            [
                new Problem(
                    ProblemCodes.OldVersionRenamed,
                    $"After complete old applications reach {change.Before!.Name} as {TwinNames.Version(change.Before.Name, context.OldVersion)}, a view with the limits of views for writers.",
                    Subject: change.Name),
            ]
            : [];

    // Tables, views and indexes share their names.
    private static string? Named(DatabaseSchema schema, string name) =>
        schema.Tables.Any(t => SqliteText.SameName(t.Name, name)) ? "a table"
        : schema.Views.Any(v => SqliteText.SameName(v.Name, name)) ? "a view"
        : schema.Tables.Any(t => t.Indexes.Any(i => SqliteText.SameName(i.Name, name))) ? "an index"
        : null;
}
