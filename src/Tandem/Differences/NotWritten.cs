using Tandem.Schema;

namespace Tandem.Differences;

/// <summary>Why something that still differs is not written, and what a person can do about it.</summary>
internal static class NotWritten
{
    private const string Partitions = "Partitions come and go without a migration, beside applications of every version: make it with CREATE TABLE … PARTITION OF …, take it off with ALTER TABLE … DETACH PARTITION ….";

    /// <summary>The reason, empty where there is nothing to say, and the remedy, null for the usual one.</summary>
    public static (string Reason, string? Remedy) Why(ObjectDifference difference, DatabaseSchema present, DatabaseSchema aim)
    {
        var (item, name) = (difference.Object, difference.Object.Identity);
        bool Says(string word) => difference.Parts.Any(p => p.Contains(word, StringComparison.Ordinal));
        if (difference.Parts.Count > 0 && difference.Parts.All(p => p.StartsWith("owner was ", StringComparison.Ordinal)))
        {
            return ("Whom a thing belongs to is for the roles of each server, and this one has not both, or does not let you give to both and take back.",
                "Give it with ALTER … OWNER TO by hand, or leave owners and rights out with `--ignore-access`.");
        }

        return item.Kind switch
        {
            "table" when present.Partitions.Concat(aim.Partitions).Any(p => p.Name == name) => ("", Partitions),
            "table" when Says("unlogged was") => (
                "SET LOGGED and SET UNLOGGED write the whole table anew, and nobody reads or writes it meanwhile.",
                $"Where the table is small enough for that, write `sql: {{ up: {Logged(aim, name)}, down: {Logged(present, name)} }}` in a migration of its own; else make a table of another name with `create_table`, and move the rows."),
            "table" when Says("generated") => ("What a column holds would be lost when it is computed from then on: drop it, and add the generated one.", null),
            "enum" => Enum(name, present.Enums.FirstOrDefault(e => e.Name == name), aim.Enums.FirstOrDefault(e => e.Name == name)),
            "composite type" or "range type" or "materialized view" or "collation" when Readers(item, present, aim) is { Count: > 0 } users => Used(item, users),
            "function" or "procedure" or "aggregate" when difference.Kind == DifferenceKind.Missing && Readers(item, present, aim) is { Count: > 0 } users => (
                $"It is used by {Listed(users)}, and the server keeps to the one that it found when these were made.", "Drop what uses it, and it, in migrations of their own, and let `tandem diff` write the rest behind them."),
            "materialized view" when Says("definition was") => ("Its rows cannot be of two queries.", "Make a materialized view of another name, let applications use it, and drop this one; or let `tandem diff` write the SQL that exchanges the two."),
            "extension" when difference.Kind == DifferenceKind.Changed => (
                "From a newer version of an extension there is mostly no way back, and no rollback would be whole.",
                $"Say ALTER EXTENSION {SqlName.Quote(name)} UPDATE by hand on each server, beside the migrations, when its files are there."),
            "extension" => ("Whatever uses an extension would go with it: no operation drops one.", $"Say DROP EXTENSION {SqlName.Quote(name)} by hand when nothing uses it any more."),
            "foreign table" or "foreign server" or "foreign-data wrapper" or "user mapping" => Foreign(item.Kind.ToUpperInvariant().Replace('-', ' ').Replace("FOREIGN SERVER", "SERVER", StringComparison.Ordinal), difference),
            _ => ("No operation says that.", null),
        };
    }

    private static (string Reason, string? Remedy) Foreign(string kind, ObjectDifference difference) => difference.Kind == DifferenceKind.Changed
        ? difference.Parts.All(p => p.StartsWith("option ", StringComparison.Ordinal))
            ? ("An option of it looks like a secret, which no file of a migration is to hold.", $"Set it with ALTER {kind} … OPTIONS by hand on each server.")
            : ("No statement makes the one of the other while it is used.", $"Make a {kind} of another name, lead what uses this one there, and drop it.")
        : ("It is not known whole, or an option of it looks like a secret, which no file of a migration is to hold.", $"Write a `sql` operation with CREATE and DROP {kind} as its ways there and back.");

    private static string Logged(DatabaseSchema schema, string table) =>
        $"alter table {SqlName.Quote(table)} set {(schema.Table(table)?.Unlogged == true ? "unlogged" : "logged")}";

    private static (string Reason, string? Remedy) Enum(string name, EnumType? present, EnumType? aim)
    {
        var gone = (present?.Values ?? []).Where(v => aim?.Values.Contains(v) == false).ToList();
        var come = (aim?.Values ?? []).Where(v => present?.Values.Contains(v) == false).ToList();
        var add = come.Count > 0 ? $", add: [ {string.Join(", ", come.Select(v => $"{{ value: {v} }}"))} ], down: {{ {string.Join(", ", come.Select(v => $"{v}: FORMER"))} }}" : "";
        return gone.Count > 0
            ? ($"Only you know what becomes of rows with {string.Join(", ", gone)}.",
                $"Write `alter_enum: {{ name: {name}, remove: {{ {string.Join(", ", gone.Select(v => $"{v}: ANOTHER"))} }}{add} }}`, in ANOTHER's place the value that the new version sees instead{(add.Length > 0 ? ", in FORMER's the one that the old version does" : "")}; or say `--rename {name}.{gone[0]}=NEW` where it only has another name.")
            : ("No statement gives values another order, by which rows are compared and indexes sorted.",
                $"Make a type of another name with `create_enum`, lead the columns there with `change_type`, and drop {name} with `drop_enum` in a migration behind it.");
    }

    private static List<string> Readers(ObjectName item, DatabaseSchema present, DatabaseSchema aim) =>
        present.Needs.Concat(aim.Needs).Where(n => n.Needs == item && n.Object != item && n.Object.Kind != "index").Select(n => n.Object.ToString()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();

    private static string Listed(List<string> users) => $"{string.Join(", ", users.Take(5))}{(users.Count > 5 ? $" and {users.Count - 5} more" : "")}";

    private static (string Reason, string? Remedy) Used(ObjectName item, List<string> users) => (
        $"It is used by {Listed(users)}, and what is stored or reads there would not follow.",
        item.Kind == "materialized view" ? "Make a materialized view of another name, lead what reads this one there with `replace_view`, and drop it with `drop_view`."
            : $"Make a {item.Kind} of another name, and lead what uses this one there: columns with `change_type`, views and functions with `replace_view` and `replace_function`.");
}
