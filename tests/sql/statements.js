'use strict';
/*
 * statements.js - the three statements of Secureworks' detection (2023), in
 * the words of SQL, over a table like Athena's.
 *
 *   lambda_coldstart      where workers started: one row for each key, region
 *                         and session, with all addresses and the first time
 *   allocated_addresses   every address that was ever allocated
 *   selection             events of such a key and session from elsewhere
 *
 * Written from a description of what they do.  DuckDB runs them as Trino
 * would, but for two functions, which are macros here: `contains` of an array
 * is NULL when no element is equal and one is NULL (DuckDB's says false), and
 * `json_extract_scalar` is NULL for an object or array (DuckDB gives its text).
 *
 * `mutants` are the same statements with one mistake each.  A comparison that
 * can't tell them from the real ones would prove nothing.
 */

const macros = [
    `CREATE MACRO trino_contains(list, x) AS CASE
         WHEN x IS NULL OR list IS NULL THEN NULL
         WHEN list_contains(list, x) THEN TRUE
         WHEN len(list) > list_aggregate(list, 'count') THEN NULL
         ELSE FALSE END`,
    `CREATE MACRO json_extract_scalar(doc, path) AS
         CASE WHEN json_type(doc, path) IN ('OBJECT', 'ARRAY', 'NULL')
              THEN NULL ELSE json_extract_string(doc, path) END`,
];

const real = {
    coldstart: `
        SELECT useridentity.accesskeyid AS accesskeyid,
               array_agg(sourceipaddress) AS sourceipaddresses,
               awsregion,
               useridentity.arn AS arn,
               min(eventtime) AS eventtime
          FROM cloudtrail
         WHERE eventname = 'CreateLogStream'
           AND useragent LIKE 'awslambda-worker%'
         GROUP BY 1, 3, 4`,
    allocated: `
        SELECT json_extract_scalar(responseelements, '$.publicIp') AS publicip
          FROM cloudtrail
         WHERE eventname = 'AllocateAddress'`,
    selection: `
        SELECT DISTINCT ct.eventid AS eventid
          FROM lambda_coldstart lcs
          JOIN cloudtrail ct
            ON lcs.accesskeyid = ct.useridentity.accesskeyid
         WHERE NOT trino_contains(lcs.sourceipaddresses, ct.sourceipaddress)
           AND ct.sourceipaddress <> 'AWS Internal'
           AND ct.useridentity.arn = lcs.arn
           AND ct.eventname <> 'Decrypt'
           AND ct.eventtime > lcs.eventtime
           AND NOT EXISTS (SELECT 1 FROM allocated_addresses aa
                            WHERE aa.publicip = ct.sourceipaddress)`,
};

/* [what is wrong, which statement, from, to] */
const mistakes = [
    ['region in the join', 'selection', 'ct.useridentity.arn = lcs.arn',
     'ct.useridentity.arn = lcs.arn AND ct.awsregion = lcs.awsregion'],
    ['no session in the join', 'selection',
     'AND ct.useridentity.arn = lcs.arn', ''],
    ['one row for all regions', 'coldstart', 'awsregion,',
     'NULL AS awsregion,'],
    ['a NULL address is passed over', 'coldstart',
     'array_agg(sourceipaddress)',
     'coalesce(array_agg(sourceipaddress) FILTER (sourceipaddress IS NOT ' +
     'NULL), [])'],
    ['at the same second too', 'selection', 'ct.eventtime > lcs.eventtime',
     'ct.eventtime >= lcs.eventtime'],
    ['the last cold start', 'coldstart', 'min(eventtime)', 'max(eventtime)'],
    ['AWS Internal by its beginning', 'selection',
     "ct.sourceipaddress <> 'AWS Internal'",
     "ct.sourceipaddress NOT LIKE 'AWS Internal%'"],
    ['Decrypt is not left out', 'selection', "AND ct.eventname <> 'Decrypt'",
     ''],
    ['an event without a name', 'selection', "ct.eventname <> 'Decrypt'",
     "ct.eventname IS DISTINCT FROM 'Decrypt'"],
    ['allocated addresses count for nothing', 'selection',
     'aa.publicip = ct.sourceipaddress', 'false'],
    ['NOT IN for NOT EXISTS', 'selection',
     /NOT EXISTS \([^)]*\)/,
     'ct.sourceipaddress NOT IN (SELECT publicip FROM allocated_addresses)'],
    ['user agent contains', 'coldstart', "LIKE 'awslambda-worker%'",
     "LIKE '%awslambda-worker%'"],
    ['user agent in any case', 'coldstart', "LIKE 'awslambda-worker%'",
     "ILIKE 'awslambda-worker%'"],
    ['an empty key joins nothing', 'selection',
     'ct.eventtime > lcs.eventtime',
     "ct.eventtime > lcs.eventtime AND ct.useridentity.accesskeyid <> ''"],
    ['an empty session joins nothing', 'selection',
     'ct.eventtime > lcs.eventtime',
     "ct.eventtime > lcs.eventtime AND ct.useridentity.arn <> ''"],
    ['an empty region is a missing one', 'coldstart', 'awsregion,',
     "nullif(awsregion, '') AS awsregion,"],
    ['missing keys join', 'selection',
     'lcs.accesskeyid = ct.useridentity.accesskeyid',
     'lcs.accesskeyid IS NOT DISTINCT FROM ct.useridentity.accesskeyid'],
    ['an empty address was not allocated', 'allocated',
     "WHERE eventname = 'AllocateAddress'",
     "WHERE eventname = 'AllocateAddress' AND " +
     "json_extract_scalar(responseelements, '$.publicIp') <> ''"],
    ['addresses in lower case', 'selection',
     'trino_contains(lcs.sourceipaddresses, ct.sourceipaddress)',
     'trino_contains(list_transform(lcs.sourceipaddresses, x -> lower(x)), ' +
     'lower(ct.sourceipaddress))'],
];

const mutants = mistakes.map(([name, which, from, to]) => {
    const changed = real[which].replace(from, to);
    if (changed === real[which])
        throw new Error(`mutant "${name}" changes nothing`);
    return { name, statements: { ...real, [which]: changed } };
});

module.exports = { macros, real, mutants };
