using Tandem.Schema;

namespace Tandem.Running;

/// <summary>
/// The journal's tables, in words that every database understands: text, bigint, no defaults but literals. Times are
/// text in ISO 8601 with a fixed width, so that they compare as text. Absent texts are empty, which spares typed nulls.
/// </summary>
internal static class JournalTables
{
    /// <summary>The format of the tables. A journal of a newer format is refused.</summary>
    public const int Format = 1;

    public static ValueList<string> Definition(string prefix) =>
    [
        $"create table if not exists {prefix}meta (name text not null primary key, value text not null)",
        $"""
        create table if not exists {prefix}lease (
          target text not null primary key, holder text not null, epoch bigint not null, tick bigint not null, expires_at text not null)
        """,
        $"""
        create table if not exists {prefix}runs (
          target text not null, migration text not null, title text not null, baseline bigint not null, ordinal bigint not null,
          place bigint not null, state text not null, phase text not null, attempt bigint not null, was_live bigint not null,
          paused bigint not null, request text not null, failure_code text not null, failure_message text not null,
          file_hash text not null, change_hash text not null, plan_hash text not null, old_version text not null,
          tables_json text not null, keeps_old bigint not null, retain_seconds bigint not null, actor text not null,
          started_at text not null, live_at text not null, hidden_at text not null, updated_at text not null,
          plan_json text not null, schema_json text not null, fingerprint text not null,
          primary key (target, migration))
        """,
        $"""
        create table if not exists {prefix}steps (
          target text not null, migration text not null, phase text not null, attempt bigint not null, number bigint not null,
          step text not null, status text not null, epoch bigint not null, walk_at text not null, walk_begun bigint not null,
          walk_end text not null, rows_total bigint not null, rows_done bigint not null, rows_last bigint not null,
          batches bigint not null, mismatched bigint not null, quarantined bigint not null, error_code text not null,
          error_message text not null, started_at text not null, finished_at text not null,
          primary key (target, migration, phase, attempt, number))
        """,
        Parts(prefix),
        $"""
        create table if not exists {prefix}events (
          target text not null, id bigint not null, happened_at text not null, actor text not null, kind text not null,
          migration text not null, phase text not null, step text not null, epoch bigint not null, detail text not null,
          primary key (target, id))
        """,
        $"""
        create table if not exists {prefix}ledger (
          target text not null, migration text not null, phase text not null, attempt bigint not null, step text not null,
          pass bigint not null, number bigint not null, chunk_from text not null, chunk_to text not null, happened_at text not null,
          row_count bigint not null, source_sum text not null, target_sum text not null, mismatched bigint not null,
          primary key (target, migration, phase, attempt, step, pass, number))
        """,
        LedgerRows(prefix),
        $"""
        create table if not exists {prefix}objects (
          target text not null, ordinal bigint not null, kind text not null, name text not null, table_name text not null,
          primary key (target, kind, name))
        """,
        $"""
        create table if not exists {prefix}images (
          target text not null, ordinal bigint not null, number bigint not null, row_key text not null,
          before_image text, after_image text, primary key (target, ordinal, number, row_key))
        """,
        $"""
        create table if not exists {prefix}approvals (
          target text not null, migration text not null, plan_hash text not null, approver text not null, key_id text not null,
          signature text not null, happened_at text not null, primary key (target, migration, plan_hash, approver))
        """,
    ];

    // Written by the statements that write the rows, as the dialects have them.
    private static string LedgerRows(string prefix) =>
        $"""
        create table if not exists {prefix}ledger_rows (
          target text not null, migration text not null, phase text not null, attempt bigint not null, step text not null, row_key text not null,
          before_hash text not null, after_hash text not null,
          primary key (target, migration, phase, attempt, step, row_key))
        """;

    // A part's line is its checkpoint and the fence of whoever works on it.
    private static string Parts(string prefix) =>
        $"""
        create table if not exists {prefix}parts (
          target text not null, migration text not null, phase text not null, step text not null, number bigint not null,
          epoch bigint not null, tick bigint not null, walk_from text not null, walk_at text not null, walk_end text not null,
          rows_done bigint not null, rows_last bigint not null, batches bigint not null,
          primary key (target, migration, phase, step, number))
        """;
}
