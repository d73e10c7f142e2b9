'use strict';
/*
 * compare.js - runs the published statements in DuckDB and the rule in Astray
 * on the same generated events, and compares the event ids.  Prints TAP.
 *
 *   node compare.js MODULES ASTRAY RULES FOLDER [SETS [FIRST]]
 *
 *   MODULES   folder with node_modules/@duckdb/node-api
 *   ASTRAY    the command
 *   RULES     the pack, best a built one
 *   FOLDER    where the events may be written
 *   SETS      how many sets; FIRST the first one's seed
 */
const fs = require('fs');
const path = require('path');
const { spawnSync } = require('child_process');
const { macros, real, mutants } = require('./statements.js');
const { events, row } = require('./events.js');

const [modules, astray, rules, folder] = process.argv.slice(2);
const setCount = Number(process.argv[6] ?? 200);
const firstSeed = Number(process.argv[7] ?? 1);
const { DuckDBInstance } = require(
    path.resolve(modules, 'node_modules/@duckdb/node-api'));

let cases = 0;
let failed = 0;
function report(good, name, lines = []) {
    cases++;
    failed += good ? 0 : 1;
    console.log(`${good ? 'ok' : 'not ok'} ${cases} - ${name}`);
    for (const line of lines)
        console.log(`#   ${line}`);
}

/* Writes every set for the command, and all of them as one table's rows. */
function writeSets() {
    const rows = [];
    for (let i = 0; i < setCount; i++) {
        const set = events(firstSeed + i);
        fs.writeFileSync(fileOf(i),
            set.map((r) => JSON.stringify(r) + '\n').join(''));
        for (const record of set)
            rows.push(JSON.stringify(row(i, record)) + '\n');
    }
    fs.writeFileSync(path.join(folder, 'rows.jsonl'), rows.join(''));
}

function fileOf(i) {
    return path.join(folder, `set-${firstSeed + i}.jsonl`);
}

async function openTable() {
    const instance = await DuckDBInstance.create(':memory:');
    const db = await instance.connect();
    await db.run("SET threads = 1");
    for (const macro of macros)
        await db.run(macro);
    const file = path.join(folder, 'rows.jsonl').replaceAll("'", "''");
    await db.run(`CREATE TABLE everything AS SELECT * FROM read_json('${file}',
        format = 'newline_delimited', columns = {set: 'INTEGER',
            eventid: 'VARCHAR', eventtime: 'VARCHAR', eventname: 'VARCHAR',
            awsregion: 'VARCHAR', sourceipaddress: 'VARCHAR',
            useragent: 'VARCHAR',
            useridentity: 'STRUCT(accesskeyid VARCHAR, arn VARCHAR)',
            responseelements: 'VARCHAR'})`);
    return db;
}

/* The first two statements as views that the third reads, of one set. */
async function prepare(db, statements) {
    await db.run(`CREATE OR REPLACE TEMP VIEW cloudtrail AS
                      SELECT * FROM everything
                       WHERE set = getvariable('chosen')`);
    await db.run('CREATE OR REPLACE TEMP VIEW lambda_coldstart AS' +
                 statements.coldstart);
    await db.run('CREATE OR REPLACE TEMP VIEW allocated_addresses AS' +
                 statements.allocated);
    return (i) => select(db, statements, i);
}

async function select(db, statements, i) {
    await db.run(`SET VARIABLE chosen = ${i}`);
    const reader = await db.runAndReadAll(statements.selection);
    return reader.getRows().map((r) => r[0]).sort();
}

/* The event ids that the rule alerts on, or a message. */
function scan(i) {
    const run = spawnSync(astray,
        ['scan', '-r', rules, '--rule', 'secureworks_lambda_reference',
         '--format', 'jsonl', fileOf(i)],
        { encoding: 'utf8', maxBuffer: 1 << 26 });
    if (run.status !== 0)
        return { error: `exit status ${run.status}: ${run.stderr}` };
    const ids = run.stdout.split('\n').filter((line) => line !== '')
        .map((line) => JSON.parse(line).event.eventID);
    return { ids: ids.sort() };
}

function same(a, b) {
    return a.length === b.length && a.every((x, i) => x === b[i]);
}

async function main() {
    writeSets();
    const db = await openTable();
    const ask = await prepare(db, real);
    const wanted = [];
    const differing = [];
    let alerts = 0;
    let silent = 0;
    for (let i = 0; i < setCount; i++) {
        const want = await ask(i);
        wanted.push(want);
        alerts += want.length;
        silent += want.length === 0 ? 1 : 0;
        const got = scan(i);
        if (got.error !== undefined)
            differing.push(`${fileOf(i)}: ${got.error}`);
        else if (!same(got.ids, want))
            differing.push(`seed ${firstSeed + i}: SQL ${want.join(' ')}; ` +
                           `rule ${got.ids.join(' ')}`);
        else
            fs.unlinkSync(fileOf(i));
    }
    report(differing.length === 0,
        `the rule selects what SQL selects in ${setCount} sets`,
        differing.slice(0, 20));
    report(alerts > setCount && silent < setCount * 0.8,
        'the sets hold enough to be selected',
        [`${alerts} events selected, nothing in ${silent} sets`]);
    /* In the order of the sets: most mutants fall at one of the first. */
    for (const mutant of mutants) {
        const askMutant = await prepare(db, mutant.statements);
        let told = false;
        for (let i = 0; i < setCount && !told; i++)
            told = !same(await askMutant(i), wanted[i]);
        report(told, `the sets would tell: ${mutant.name}`);
    }
    console.log(`1..${cases}`);
    process.exit(failed === 0 ? 0 : 1);
}

main();
