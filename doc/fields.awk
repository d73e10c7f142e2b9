# fields.awk - doc/fields.md, from program/schema.def.
#
# A row begins with AS_FIELD( and ends with a quoted help text and a bracket.
# Its quoted texts are, in order: path, Athena, ECS, OCSF, values, help; what
# stands between the first and the second of them are type, presence and
# origin.

function cell(name) { return name == "" ? "" : "`" name "`" }

function row_done(   text, count, part, word, i, values) {
    count = split(row, text, "\"")
    gsub(/[ \n]/, "", text[3])
    split(text[3], part, ",")
    for (i = 10; i < count - 2; i += 2)
        values = values (values == "" ? "" : ", ") "`" text[i] "`"
    if (values != "")
        values = (index(values, ",") ? ". One of " : ". Only ") values
    n++
    path[n] = text[2]
    type[n] = kind[part[2]]
    presence[n] = part[3] == "REQUIRED" ? "always" : "optional"
    origin[n] = tolower(part[4])
    names[n] = cell(text[4]) " | " cell(text[6]) " | " cell(text[8])
    help[n] = text[count - 1] values
    section[n] = title
}

BEGIN {
    split("TEXT INT REAL BOOL TIME SOURCE JSON", plain, " ")
    for (i in plain)
        kind[plain[i]] = tolower(plain[i])
    kind["OBJECT"] = "object"
    kind["OBJECTS"] = "array of objects"
}

/^\/\* ---- / {
    title = $0
    gsub(/^\/\* -+ | -+ \*\/$/, "", title)
}
/^AS_FIELD\(/ { inside = 1; row = "" }
inside { row = row $0 "\n" }
inside && /"\)$/ { inside = 0; row_done() }

END {
    print "# The fields of an event"
    print ""
    print "<!-- Made from program/schema.def by doc/fields.awk: `make docs`. -->"
    print ""
    print "A rule names a field by CloudTrail's own path. These are the fields of"
    print "event version 1.11. A name that is not here is an error, except below a"
    print "field of type `json`, where anything may stand."
    print ""
    print "- **There**: `always` is what AWS's reference page and real records say. Any"
    print "  value may still be missing in an event, and a condition on it is then"
    print "  *unknown*. `null` counts as missing, an empty text does not."
    print "- **Origin**: who decides what the value is. `aws`: the service that wrote"
    print "  the record. `caller`: whoever makes the call, so a thief too; a condition"
    print "  that silences a rule must not rest on such a field alone. `account`: the"
    print "  account's administrators, before the call. A session's name, the last part"
    print "  of an assumed role's `userIdentity.arn`, is picked by whoever assumed the"
    print "  role, although the ARN as a whole is `aws`."
    print "- An `object` can be asked for its presence only: `userIdentity.inScopeOf is"
    print "  present`. An array is entered with `[0]`, `[]` or a quantifier."
    for (i = 1; i <= n; i++) {
        if (section[i] != section[i - 1]) {
            word = section[i]
            print "\n## " toupper(substr(word, 1, 1)) substr(word, 2) "\n"
            print "| field | type | there | origin | what it is |"
            print "| ----- | ---- | ----- | ------ | ---------- |"
        }
        printf "| `%s` | %s | %s | %s | %s |\n", path[i], type[i],
            presence[i], origin[i], help[i]
    }
    print "\n## Names elsewhere\n"
    print "Athena: the column in the table of Athena's user guide. ECS: the field that"
    print "Elastic's AWS integration fills with exactly this value. OCSF: the attribute in"
    print "version 1.1.0, class API Activity, as Security Lake has it; a"
    print "`sourceIPAddress` that is a service's name goes to `src_endpoint.domain`. An"
    print "empty cell: there is no such name, and a target that needs one says so."
    print ""
    print "| field | Athena | ECS | OCSF |"
    print "| ----- | ------ | --- | ---- |"
    for (i = 1; i <= n; i++)
        printf "| `%s` | %s |\n", path[i], names[i]
}
