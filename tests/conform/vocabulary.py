"""vocabulary.py - the few values that generated events and rules share.

Few of each, so that events meet each other and rules meet events; and each
pool holds what has gone wrong somewhere before: empty texts, other cases,
several spellings of one address, what SQL would take for a pattern.
"""

NAMES = ["Get", "Put", "Home", "get", "List", "Decrypt"]
SOURCES = ["sts.amazonaws.com", "s3.amazonaws.com", "STS.amazonaws.com"]
REGIONS = ["us-east-1", "eu-west-1", ""]
ADDRESSES = [
    "192.0.2.1", "192.0.2.2", "203.0.113.9", "10.0.0.5", "100.64.0.1",
    "2001:db8::1", "2001:DB8:0:0:0:0:0:1", "2001:0db8::0001", "fc00::7",
    "::ffff:192.0.2.1", "172.31.255.255", "172.32.0.0",
]
PLACES = ADDRESSES[:9] + [
    "AWS Internal", "AWS Internal/3", "AWS Internal/", "aws internal",
    "AWS Internal/3x", "ec2.amazonaws.com", "S3.AMAZONAWS.COM",
    "amazonaws.com", ".amazonaws.com", "ec2.amazonaws.com.example", "",
    "192.0.2.01", "192.0.2", "fe80::1%eth0", "::ffff:192.0.2.1",
]
AGENTS = [
    "awslambda-worker/1.0", "aws-cli/2.0", "exec-env/AWS_Lambda_python",
    "", "AWS-CLI/2.0", "100%_\\'\"*?", "\u00fcn\u00ef \u20ac \U0001f600",
    "[S3Console]", "a\nb\tc", "aws-cli/2.0 ", "I\u0307\u0130\u00df",
]
ERRORS = ["AccessDenied", "Client.UnauthorizedOperation", ""]
IDENTITIES = ["AssumedRole", "IAMUser", "Root"]
KEYS = ["ASIA1", "ASIA2", "asia1", "", "AKIA3"]
ARNS = [
    "arn:aws:sts::111122223333:assumed-role/app/i-1",
    "arn:aws:sts::111122223333:assumed-role/app/i-2",
    "arn:aws:sts::444455556666:assumed-role/app/i-1",
    "arn:aws:iam::111122223333:user/ann",
    "arn:aws:sts::111122223333:assumed-role/app",
    "arn:aws:sts::111122223333:assumed-role/path/app/i-1/x",
    "arn:aws-cn:sts::111122223333:assumed-role/app/", "arn:aws:s3:::prod-logs",
    "arn:aws:sts:::assumed-role/app/i-1", "arn:aws", "", "i-1",
]
ACCOUNTS = ["111122223333", "444455556666", "0111", ""]
SERVICES = ["lambda.amazonaws.com", "AWS Internal", ""]
ROLES = ["app", "App", "prod_app", "prod%app"]
WORDS = [
    "prod", "test", "Prod", "", "1", "true", "i-1", "i-2", "pr_d%", "a*b?",
    "null", "x'y\"z\\", "\u00e9", "e\u0301",
]
NUMBERS = [
    "1", "2", "3", "0", "-1", "1.0", "1.5", "1e2", "100", "-0", "0.1",
    "9007199254740993", "9007199254740992", "9223372036854775807",
    "9223372036854775808", "-9223372036854775808", "1E400", "2.50",
    "1e308",
]
INTS = [0, 1, 2, 3, 5, 100, -1]
REALS = [1.5, 0.0, 2.5, 1.0, -1.0, 100.0, 0.1, 3.0, 12345678901.25]
TIMES = [
    "2026-05-01T10:00:00Z", "2026-05-01T10:01:00Z", "2026-05-01T11:00:00Z",
    "2026-05-01", "2026-04-30T23:59:59Z",
]
TIME_TEXTS = TIMES[:3] + [
    "20260501T100000Z", "2026-05-01T12:00:00+02:00",
    "2026-05-01T10:00:00.500Z", "yesterday", "",
]
BLOCKS = [
    "192.0.2.0/24", "10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32",
    "0.0.0.0/0", "203.0.113.8/29", "::/0", "fc00::/7",
]
KINDS = ["AWS::S3::Bucket", "AWS::Lambda::Function"]
RESOURCES = ["arn:aws:s3:::prod-logs", "arn:aws:s3:::test-logs", ""]
ENDPOINTS = ["vpce-1", "vpce-2", ""]

# Fields of the schema by type: path, values.
TEXTS = [
    ("eventName", NAMES), ("userAgent", AGENTS), ("errorCode", ERRORS),
    ("userIdentity.accessKeyId", KEYS), ("userIdentity.arn", ARNS),
    ("awsRegion", REGIONS), ("eventSource", SOURCES),
    ("userIdentity.type", IDENTITIES), ("userIdentity.accountId", ACCOUNTS),
    ("recipientAccountId", ACCOUNTS), ("userIdentity.invokedBy", SERVICES),
    ("userIdentity.sessionContext.sessionIssuer.userName", ROLES),
    ("vpcEndpointId", ENDPOINTS), ("resources[0].type", KINDS),
    ("resources[1].ARN", RESOURCES),
]
BOOLS = ["readOnly", "managementEvent"]
CREATED = "userIdentity.sessionContext.attributes.creationDate"
OBJECTS = ["userIdentity", "userIdentity.sessionContext",
           "userIdentity.sessionContext.sessionIssuer", "tlsDetails"]

# Open JSON: path, and what it may hold by the type it is used as.
JSON = [
    ("requestParameters.name", {"text": WORDS}),
    ("requestParameters.n", {"int": INTS, "real": REALS, "text": NUMBERS}),
    ("requestParameters.flag", {"bool": [True, False],
                                "text": ["true", "false"]}),
    ("requestParameters.address", {"source": PLACES, "ip": ADDRESSES,
                                   "text": PLACES}),
    ("requestParameters.when", {"time": TIMES, "text": TIME_TEXTS}),
    ("requestParameters.\"x-amz-acl\"", {"text": WORDS}),
    ("requestParameters.items[0].n", {"int": INTS, "real": REALS}),
    ("requestParameters.items[1].name", {"text": WORDS}),
    ("requestParameters.tags[0]", {"text": WORDS}),
    ("responseElements.instancesSet.items[0].privateIpAddress",
     {"source": ADDRESSES, "ip": ADDRESSES, "text": ADDRESSES}),
    ("additionalEventData.n", {"int": INTS, "real": REALS, "text": NUMBERS}),
    ("json(requestParameters.document).name", {"text": WORDS}),
    ("json(requestParameters.document).n", {"int": INTS, "real": REALS}),
]
# Paths over the elements of arrays, used in comparisons and aggregates.
EACH = [
    ("requestParameters.items[].name", {"text": WORDS}),
    ("requestParameters.items[].n", {"int": INTS, "real": REALS}),
    ("requestParameters.items[].address", {"source": ADDRESSES,
                                           "ip": ADDRESSES,
                                           "text": ADDRESSES}),
    ("requestParameters.tags[]", {"text": WORDS}),
    ("responseElements.instancesSet.items[].instanceId", {"text": WORDS}),
    ("json(requestParameters.document).Statement[].Effect",
     {"text": ["Allow", "Deny"]}),
    ("resources[].ARN", {"text": RESOURCES}),
    ("resources[].type", {"text": KINDS}),
]
# Arrays, and the members of their elements; None: the element itself.
ARRAYS = [
    ("requestParameters.items", {
        "name": {"text": WORDS}, "n": {"int": INTS, "real": REALS},
        "address": {"source": ADDRESSES, "ip": ADDRESSES,
                    "text": ADDRESSES}}),
    ("requestParameters.tags", {None: {"text": WORDS}}),
    ("responseElements.instancesSet.items", {
        "instanceId": {"text": WORDS},
        "privateIpAddress": {"source": ADDRESSES, "ip": ADDRESSES,
                             "text": ADDRESSES}}),
    ("resources", {"ARN": {"text": RESOURCES}, "type": {"text": KINDS},
                   "accountId": {"text": ACCOUNTS}}),
    ("json(requestParameters.document).Statement", {
        "Effect": {"text": ["Allow", "Deny"]}, "Principal": {"text": ["*"]}}),
]

# Lengths of time, all of which divide four weeks: times that are moved by
# four weeks stand in the same places of their buckets.
SPANS = {
    "60s": 60, "10s": 10, "1s": 1, "2m": 120, "5m": 300, "1h": 3600, "7s": 7,
    "2s": 2, "12h": 43200, "1d": 86400, "1w": 604800, "15m": 900,
}
SHIFT = 4 * 604800
