using Tandem.Differences;
using Tandem.Postgres.Scripts;
using Tandem.Schema;

namespace Tandem.Postgres.Differences;

/// <summary>Things that belong to another role, as statements there and back: where the server has that role, and whoever carries them out may give to both.</summary>
internal static class PostgresPlainOwners
{
    /// <summary>The changes, by object.</summary>
    /// <param name="first">The schema as it is.</param>
    /// <param name="second">The schema as it is to be.</param>
    public static IEnumerable<PlainChange> Of(DatabaseSchema first, DatabaseSchema second)
    {
        var owned = first.Tables.Concat(first.Partitions).SelectMany(t => SequencesOf(first, t).Select(s => (Table: t.Name, Sequence: s))).ToLookup(p => p.Sequence, p => p.Table, StringComparer.Ordinal);
        return from was in first.Access
               let now = second.AccessTo(was.On.Kind, was.On.Identity)
               where now is not null && was.Owner.Length > 0 && now.Owner.Length > 0 && was.Owner != now.Owner && was.On is { Schema: null, Kind: not "event trigger" }
                   && !(was.On.Kind == "sequence" && owned.Contains(was.On.Identity)) && MayGive(first, was.Owner) && MayGive(first, now.Owner) && IsWhole(was, now)
               select new PlainChange(was.On, DifferenceKind.Changed, [PostgresDdlAccess.Owner(first.Name, now)], [PostgresDdlAccess.Owner(first.Name, was)])
               {
                   Owners = owned.Where(o => was.On.Kind == "table" && o.Contains(was.On.Identity)).Select(o => new ObjectName("sequence", o.Key)).Prepend(was.On).Select(o => new ObjectAccess(o, now.Owner)).ToValueList(),
               };
    }

    // They belong to whom the table does; only those with rights of their own are listed.
    private static IEnumerable<string> SequencesOf(DatabaseSchema schema, Table table) =>
        table.Columns.Where(c => c.Identity != IdentityKind.None).Select(c => PostgresDdl.SequenceOf(table, c).Name)
            .Concat(schema.Sequences.Where(s => s.OwnerTable == table.Name).Select(s => s.Name));

    // A superuser gives to every role, any other to those that it is a member of.
    private static bool MayGive(DatabaseSchema schema, string owner) =>
        schema.Roles.Any(r => r.Name == owner) && schema.Roles.FirstOrDefault(r => r.Own) is { } own && (own.Name == owner || own.Unbound || own.MemberOf.Contains(owner));

    // Rights of its own that either owner has beside owning it would become one with those of the owner, and not come back.
    private static bool IsWhole(ObjectAccess was, ObjectAccess now) =>
        was.Grants?.Any(g => g.Grantee == now.Owner || g.Grantor is not null) != true && now.Grants?.Any(g => g.Grantee == was.Owner || g.Grantor is not null) != true;
}
