using System.Collections.Frozen;

namespace Tandem.Postgres.Dialect.Judges;

/// <summary>
/// Names that stand for something of the server's where a type is named: keywords other than unreserved ones (<c>pg_get_keywords()</c>) and types of <c>pg_catalog</c>, of the
/// majors 14 to 18. A type of the users' with such a name is another one without quotes or its schema.
/// </summary>
internal static class ServerWords
{
    public static readonly FrozenSet<string> All = (
        """
        aclitem all analyse analyze and any anyarray anycompatible anycompatiblearray anycompatiblemultirange anycompatiblenonarray anycompatiblerange
        anyelement anyenum anymultirange anynonarray anyrange array as asc asymmetric authorization between bigint binary bit bool boolean both box bpchar
        bytea case cast char character check cid cidr circle coalesce collate collation column concurrently constraint create cross cstring current_catalog
        current_date current_role current_schema current_time current_timestamp current_user date datemultirange daterange dec decimal default deferrable desc
        distinct do else end event_trigger except exists extract false fdw_handler fetch float float4 float8 for foreign freeze from full grant greatest group
        grouping gtsvector having ilike in index_am_handler inet initially inner inout int int2 int2vector int4 int4multirange int4range int8 int8multirange
        int8range integer internal intersect interval into is isnull join json json_array json_arrayagg json_exists json_object json_objectagg json_query
        json_scalar json_serialize json_table json_value jsonb jsonpath language_handler lateral leading least left like limit line localtime localtimestamp
        lseg macaddr macaddr8 merge_action money name national natural nchar none normalize not notnull null nullif numeric nummultirange numrange offset oid
        oidvector on only or order out outer overlaps overlay path pg_brin_bloom_summary pg_brin_minmax_multi_summary pg_ddl_command pg_dependencies pg_lsn
        pg_mcv_list pg_ndistinct pg_node_tree pg_snapshot placing point polygon position precision primary real record refcursor references regclass
        regcollation regconfig regdictionary regnamespace regoper regoperator regproc regprocedure regrole regtype returning right row select session_user
        setof similar smallint some substring symmetric system_user table table_am_handler tablesample text then tid time timestamp timestamptz timetz to
        trailing treat trigger trim true tsm_handler tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector txid_snapshot union unique unknown user
        using uuid values varbit varchar variadic verbose void when where window with xid xid8 xml xmlattributes xmlconcat xmlelement xmlexists xmlforest
        xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
        """).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
