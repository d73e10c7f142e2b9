'use strict';
/*
 * duckdb.js - the detections in DuckDB, over the files as they lie there.
 *
 *   node duckdb.js MODULES QUESTION FOLDER THREADS
 *
 *   MODULES    folder with node_modules/@duckdb/node-api
 *   QUESTION   published   Secureworks' three statements as they stand, over a
 *                          table with declared types; each reads the logs
 *              tuned       the same answer by hand: the logs are read once,
 *                          and only the columns that matter are kept
 *              elastic     Elastic's grouping, in one statement
 *
 * Prints the answer, one id a line, in order.
 */
const path = require('path');
const { macros, real } = require('../../sql/statements.js');

const [modules, question, folder, threads] = process.argv.slice(2);
const { DuckDBInstance } = require(
    path.resolve(modules, 'node_modules/@duckdb/node-api'));

const files = `${folder}/**/*.json.gz`.replaceAll("'", "''");

/* A file is one line, and no larger than CloudTrail makes it (5,000 records
 * here).  With room for CloudTrail's own limit, 50 MB, it takes half as long
 * again and some gigabytes. */
const reading = `format = 'newline_delimited', maximum_object_size = 9000000`;

/* As a table with declared types: only what is declared is read. */
function declared(columns) {
    return `SELECT unnest(Records) AS r FROM read_json('${files}', ${reading},
                columns = {Records: 'STRUCT(${columns})[]'})`;
}

/* Faster by half: the file as one document, and from it a structure. */
function transformed(shape) {
    return `SELECT unnest(from_json(json, '{"Records":[${shape}]}').Records)
                AS r FROM read_json_objects('${files}', ${reading})`;
}

const published = `eventID VARCHAR, eventTime VARCHAR, eventName VARCHAR,
    awsRegion VARCHAR, sourceIPAddress VARCHAR, userAgent VARCHAR,
    userIdentity STRUCT(accessKeyId VARCHAR, arn VARCHAR),
    responseElements JSON`;

async function askPublished(db) {
    for (const macro of macros)
        await db.run(macro);
    await db.run(`CREATE VIEW cloudtrail AS
        SELECT r.eventID AS eventid, r.eventTime AS eventtime,
               r.eventName AS eventname, r.awsRegion AS awsregion,
               r.sourceIPAddress AS sourceipaddress,
               r.userAgent AS useragent, r.userIdentity AS useridentity,
               r.responseElements AS responseelements
          FROM (${declared(published)})`);
    await db.run(`CREATE TABLE lambda_coldstart AS ${real.coldstart}`);
    await db.run(`CREATE TABLE allocated_addresses AS ${real.allocated}`);
    return real.selection;
}

const tuned = `{"eventID":"VARCHAR", "eventTime":"VARCHAR",
    "eventName":"VARCHAR", "awsRegion":"VARCHAR", "sourceIPAddress":"VARCHAR",
    "userAgent":"VARCHAR", "responseElements":{"publicIp":"VARCHAR"},
    "userIdentity":{"accessKeyId":"VARCHAR", "arn":"VARCHAR"}}`;

/* Without a WHERE: it would be pushed below the unnesting, which takes half as
 * long again and 1.5 GB. */
async function askTuned(db) {
    await db.run(`CREATE TEMP TABLE kept AS
        SELECT r.userIdentity.accessKeyId AS key, r.userIdentity.arn AS arn,
               r.sourceIPAddress AS address, r.eventTime AS time,
               CASE WHEN r.eventName = 'CreateLogStream'
                     AND starts_with(r.userAgent, 'awslambda-worker')
                    THEN r.awsRegion END AS region,
               CASE WHEN r.eventName = 'AllocateAddress'
                    THEN r.responseElements.publicIp END AS allocated,
               r.eventName <> 'Decrypt' AS counts, r.eventID AS id
          FROM (${transformed(tuned)})`);
    return `WITH starts AS (
                SELECT key, arn, region, list(DISTINCT address) AS addresses,
                       count(*) > count(address) AS has_null,
                       min(time) AS since
                  FROM kept WHERE region IS NOT NULL GROUP BY ALL)
            SELECT DISTINCT k.id
              FROM kept k JOIN starts s ON k.key = s.key AND k.arn = s.arn
             WHERE k.counts AND k.address <> 'AWS Internal'
               AND k.time > s.since AND NOT s.has_null
               AND NOT list_contains(s.addresses, k.address)
               AND k.address NOT IN (SELECT allocated FROM kept
                                      WHERE allocated IS NOT NULL)`;
}

const grouped = `{"eventTime":"VARCHAR", "userAgent":"VARCHAR",
    "userIdentity":{"type":"VARCHAR", "accessKeyId":"VARCHAR",
                    "arn":"VARCHAR", "accountId":"VARCHAR"}}`;

async function askElastic() {
    return `WITH calls AS (
                SELECT r.userIdentity.accessKeyId AS key,
                       r.userIdentity.arn AS arn,
                       r.userIdentity.accountId AS account,
                       r.eventTime[:13] AS hour,
                       r.userIdentity.type = 'AssumedRole'
                       AND r.userIdentity.accessKeyId <> '' AS role,
                       contains(r.userAgent, 'exec-env/AWS_Lambda')
                       OR contains(r.userAgent, 'awslambda-worker/') AS inside
                  FROM (${transformed(grouped)}))
            SELECT key || '|' || arn || '|' ||
                   strftime(strptime(hour, '%Y-%m-%dT%H') + INTERVAL 1 HOUR,
                            '%Y-%m-%dT%H:%M:%SZ')
              FROM calls GROUP BY key, arn, account, hour
            HAVING count_if(role AND inside) > 0
               AND count_if(role AND inside IS NOT TRUE) > 0`;
}

async function main() {
    const instance = await DuckDBInstance.create(':memory:');
    const db = await instance.connect();
    await db.run(`SET threads = ${Number(threads)}`);
    await db.run('SET preserve_insertion_order = false');
    const ask = { published: askPublished, tuned: askTuned,
                  elastic: askElastic }[question];
    const reader = await db.runAndReadAll(await ask(db));
    process.stdout.write(reader.getRows().map((row) => row[0] + '\n')
        .sort().join(''));
}

main().catch((error) => {
    console.error(String(error));
    process.exit(1);
});
