'use strict';
/*
 * events.js - sets of events that are made to cause trouble in SQL: few
 * keys, sessions, regions, addresses and seconds, so that they meet; NULL and
 * empty text in every place; addresses spelt two ways; records delivered twice.
 *
 * events(seed) gives the same set every time, as CloudTrail records.
 */

const worker = 'awslambda-worker/1.0.0 rusoto/0.48.0 rust/1.94.0 linux';
const keys = ['ASIAEXAMPLESQLKEY001', 'ASIAEXAMPLESQLKEY002'];
const sessions = [
    'arn:aws:sts::111122223333:assumed-role/orders-role/orders',
    'arn:aws:sts::111122223333:assumed-role/mail-role/mail',
];
const homes = ['192.0.2.10', '192.0.2.11', '2001:db8::10'];
const addresses = [
    ...homes, ...homes, '203.0.113.66', '203.0.113.66', '198.51.100.7',
    '2001:DB8:0:0::10', '2001:DB8::10', 'AWS Internal', 'AWS Internal/3',
    'aws internal', 's3.amazonaws.com', '10.0.0.9', '5', 'true',
];

/* mulberry32: thirty-two bits of state are enough for a test. */
function generator(seed) {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let t = state;
        t = Math.imul(t ^ (t >>> 15), t | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
}

function events(seed) {
    const random = generator(seed);
    const chance = (p) => random() < p;
    const pick = (list) => list[Math.floor(random() * list.length)];
    /* How much is missing differs from set to set: where much is, little
     * else can show. */
    const missing = pick([0, 0.02, 0.05, 0.15]);
    const empty = pick([0, 0.02, 0.05, 0.15]);
    const count = 4 + Math.floor(random() * 36);
    const seconds = 1 + Math.floor(random() * 12);

    /* undefined: the field is not there; null: it is JSON's null. */
    const maybe = (value) =>
        chance(missing) ? pick([undefined, null]) :
        chance(empty) ? '' : value;

    const put = (record, name, value) => {
        if (value !== undefined)
            record[name] = value;
    };

    const answer = () => {
        switch (Math.floor(random() * 12)) {
        case 0: return null;
        case 1: return {};
        case 2: return { publicIp: null };
        case 3: return { publicIp: { address: '203.0.113.66' } };
        case 4: return { publicIp: pick([5, true]) };
        case 5: return { publicIp: '' };
        default: return { publicIp: pick(addresses), domain: 'vpc' };
        }
    };

    const identity = () => {
        if (chance(missing / 2))
            return pick([undefined, null]);
        const made = { type: 'AssumedRole' };
        put(made, 'accessKeyId', maybe(chance(0.8) ? keys[0] : keys[1]));
        put(made, 'arn', maybe(chance(0.8) ? sessions[0] : sessions[1]));
        return made;
    };

    const made = [];
    for (let i = 0; i < count; i++) {
        const second = String(Math.floor(random() * seconds))
            .padStart(2, '0');
        const record = {
            eventVersion: '1.11',
            eventID: `${seed}-${i}`,
            eventTime: `2026-05-01T10:00:${second}Z`,
        };
        const kind = random();
        let name, agent, address;
        if (kind < 0.3) {
            name = 'CreateLogStream';
            agent = chance(0.8) ? worker : pick([
                'awslambda-worker', 'AWSLambda-Worker/1.0',
                'new awslambda-worker/1.0', 'awslambda_worker/1.0', 'Boto3',
            ]);
            address = chance(0.9) ? pick(homes) : pick(addresses);
        } else if (kind < 0.4) {
            name = 'AllocateAddress';
            agent = 'Terraform';
            address = '198.51.100.10';
            record.responseElements = answer();
        } else {
            name = pick(['GetCallerIdentity', 'ListBuckets', 'ListUsers',
                         'Decrypt', 'decrypt', 'DecryptAll']);
            agent = pick(['Boto3', 'aws-cli/2.30.0', worker]);
            address = pick(addresses);
        }
        put(record, 'eventSource', 'logs.amazonaws.com');
        put(record, 'eventName', maybe(name));
        put(record, 'awsRegion',
            maybe(chance(0.7) ? 'us-east-1' : 'us-west-2'));
        put(record, 'sourceIPAddress', maybe(address));
        put(record, 'userAgent', maybe(agent));
        put(record, 'userIdentity', identity());
        made.push(record);
        if (chance(0.05))
            made.push(record);
    }
    return made;
}

/* The record as a row of Athena's table: all scalars are texts, and so is
 * the JSON below responseElements. */
function row(set, record) {
    const who = record.userIdentity ?? null;
    const answer = record.responseElements ?? null;
    return {
        set,
        eventid: record.eventID,
        eventtime: record.eventTime,
        eventname: record.eventName ?? null,
        awsregion: record.awsRegion ?? null,
        sourceipaddress: record.sourceIPAddress ?? null,
        useragent: record.userAgent ?? null,
        useridentity: who && {
            accesskeyid: who.accessKeyId ?? null,
            arn: who.arn ?? null,
        },
        responseelements: answer && JSON.stringify(answer),
    };
}

module.exports = { events, row };
