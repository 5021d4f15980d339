"""Reads PostgreSQL's schema from its catalogs as lines of one spelling."""

from collections.abc import Iterator

from sqlalchemy import Connection

_OURS = "(SELECT oid FROM pg_namespace WHERE nspname = current_schema())"
# Each query gives lines; what is of an extension is its own, which is a line.
_QUERIES = (
    # Tables, views and whatever else can be read, with what changes which rows are seen.
    """SELECT format('relation %s: kind %s%s%s%s', relname, relkind,
          CASE WHEN relrowsecurity OR relforcerowsecurity THEN ' row security' ELSE '' END,
          CASE WHEN relpersistence <> 'p' THEN ' persistence ' || relpersistence::text ELSE '' END,
          CASE WHEN relhassubclass OR relispartition THEN ' inherits' ELSE '' END)
        FROM pg_class WHERE relnamespace = OURS AND relkind NOT IN ('i', 'I', 't', 'c')""",
    """SELECT format('table %s: column %s %s%s%s%s%s%s', relname, attname,
          format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN ' not null' ELSE '' END,
          ' default ' || pg_get_expr(adbin, adrelid),
          ' generated ' || nullif(attgenerated::text, ''),
          ' identity ' || nullif(attidentity::text, ''),
          (SELECT ' collate ' || collname FROM pg_collation l JOIN pg_type t ON t.oid = atttypid
            WHERE l.oid = attcollation AND attcollation <> typcollation))
        FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
          LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum
        WHERE relnamespace = OURS AND relkind IN ('r', 'p') AND attnum > 0
          AND NOT attisdropped""",
    # Not-null constraints are told with the columns; PostgreSQL 18 holds them here too.
    """SELECT format('table %s: constraint %s %s%s', relname, conname, pg_get_constraintdef(o.oid),
          CASE WHEN convalidated THEN '' ELSE ' (not validated)' END)
        FROM pg_constraint o JOIN pg_class c ON c.oid = conrelid
        WHERE relnamespace = OURS AND contype <> 'n'""",
    """SELECT format('index %s of %s: %s%s', i.relname, c.relname,
          replace(pg_get_indexdef(x.indexrelid), quote_ident(current_schema()) || '.', ''),
          CASE WHEN indisvalid AND indisready AND indislive THEN '' ELSE ' (not valid)' END)
        FROM pg_index x JOIN pg_class i ON i.oid = indexrelid JOIN pg_class c ON c.oid = indrelid
        WHERE c.relnamespace = OURS AND c.relkind <> 't'""",
    """SELECT format('trigger %s of %s: %s', tgname, relname, pg_get_triggerdef(g.oid))
        FROM pg_trigger g JOIN pg_class c ON c.oid = tgrelid
        WHERE relnamespace = OURS AND NOT tgisinternal""",
    """SELECT DISTINCT format('constraint %s of %s: not kept, its triggers are disabled',
          conname, relname)
        FROM pg_trigger g JOIN pg_class c ON c.oid = tgrelid
          JOIN pg_constraint o ON o.oid = tgconstraint
        WHERE relnamespace = OURS AND tgisinternal AND tgenabled <> 'O'""",
    """SELECT format('rule %s of %s: %s', rulename, relname, pg_get_ruledef(r.oid))
        FROM pg_rewrite r JOIN pg_class c ON c.oid = ev_class WHERE relnamespace = OURS""",
    """SELECT format('policy %s of %s', polname, relname)
        FROM pg_policy p JOIN pg_class c ON c.oid = polrelid WHERE relnamespace = OURS""",
    "SELECT format('function %s', proname) FROM pg_proc WHERE pronamespace = OURS",
    "SELECT format('operator %s', oprname) FROM pg_operator WHERE oprnamespace = OURS",
    """SELECT format('type %s', typname) FROM pg_type
        WHERE typnamespace = OURS AND typtype IN ('d', 'e', 'r', 'm')""",
    "SELECT format('event trigger %s', evtname) FROM pg_event_trigger",
    # A setting may put other tables before ours, switch constraints off or hide rows.
    """SELECT format('setting %s', s) FROM pg_db_role_setting, unnest(setconfig) s
       WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
         AND s ~ '^(search_path|session_replication_role|row_security|role|enable_)'""",
    """SELECT format('setting session_replication_role=%s', r)
       FROM current_setting('session_replication_role') r WHERE r <> 'origin'""",
)  # fmt: skip


def schema_lines(connection: Connection) -> Iterator[str]:
    """Give a line for each relation, column, constraint, index, trigger, rule and setting."""
    for query in _QUERIES:
        # The driver takes a single % for a parameter's.
        driven = query.replace("OURS", _OURS).replace("%", "%%")
        yield from connection.exec_driver_sql(driven).scalars()
