"""report.py KIND FILE... - is this what the standard says it is?

KIND is sarif or junit.  What is asked here was written down from the public
schemas (OASIS, sarif-schema-2.1.0.json; JUnit's XML as Jenkins' xUnit plugin
has it) as far as astray uses them: required members, types, values, minima,
and that there is nothing else.  Says what is wrong, a line each, and exits
with 1; with 0 and not a word when all is well.
"""

import json
import re
import sys
import xml.etree.ElementTree as tree

TEXT = re.compile(r".+", re.S)
URI = re.compile(r"[A-Za-z0-9%\-._~/!$'()*+,;=@:]+")
LEVEL = re.compile(r"error|warning|note|none")


def one_or_more(value):
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


MESSAGE = {"text": TEXT}
REGION = {"startLine": one_or_more, "startColumn": one_or_more,
          "endColumn": one_or_more}
LOCATION = {"physicalLocation": {"artifactLocation": {"uri": URI},
                                 "region": REGION},
            "message?": MESSAGE}
REPLACEMENT = {"deletedRegion": {"startLine": one_or_more,
                                 "startColumn": one_or_more,
                                 "endLine": one_or_more,
                                 "endColumn": one_or_more},
               "insertedContent": {"text": re.compile(r".*", re.S)}}
FIX = {"artifactChanges": [{"artifactLocation": {"uri": URI},
                            "replacements": [REPLACEMENT]}]}
SUPPRESSION = {"kind": re.compile(r"inSource|external"),
               "justification": TEXT}
NOTIFICATION = {"level": LEVEL, "message": MESSAGE,
                "locations?": [LOCATION]}
SARIF = {
    "$schema": TEXT,
    "version": re.compile(r"2\.1\.0"),
    "runs": [{
        "tool": {"driver": {
            "name": TEXT, "version": TEXT,
            "rules": [{"id": TEXT, "shortDescription": MESSAGE,
                       "fullDescription": MESSAGE}]}},
        "columnKind": re.compile(r"utf16CodeUnits|unicodeCodePoints"),
        "invocations": [{"executionSuccessful": bool,
                         "toolExecutionNotifications": [NOTIFICATION]}],
        "results": [{"ruleId": TEXT, "level": LEVEL, "message": MESSAGE,
                     "locations?": [LOCATION],
                     "relatedLocations?": [LOCATION],
                     "fixes?": [FIX], "suppressions?": [SUPPRESSION]}]}]}


def compare(value, model, where):
    """What of `value` is not as `model` says, as lines."""
    if isinstance(model, dict):
        if not isinstance(value, dict):
            return [where + ": no object"]
        names = {name.rstrip("?"): name for name in model}
        wrong = [f"{where}.{name}: unknown" for name in value
                 if name not in names]
        for name, key in names.items():
            if name in value:
                wrong += compare(value[name], model[key], f"{where}.{name}")
            elif not key.endswith("?"):
                wrong.append(f"{where}.{name}: is not there")
        return wrong
    if isinstance(model, list):
        if not isinstance(value, list):
            return [where + ": no array"]
        return [line for n, item in enumerate(value)
                for line in compare(item, model[0], f"{where}[{n}]")]
    if isinstance(model, re.Pattern):
        good = isinstance(value, str) and model.fullmatch(value)
    elif model is bool:
        good = isinstance(value, bool)
    else:
        good = model(value)
    return [] if good else [f"{where}: {value!r}"]


def check_sarif(path):
    """The schema, and what it can't say: rules are there once, and all of
    them; a region does not end before it begins."""
    with open(path, encoding="utf-8") as file:
        log = json.load(file)
    wrong = compare(log, SARIF, "")
    if wrong:
        return wrong
    for run in log["runs"]:
        ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        if len(ids) != len(set(ids)):
            wrong.append("a rule stands there twice")
        for result in run["results"]:
            if result["ruleId"] not in ids:
                wrong.append(result["ruleId"] + " has no rule")
            for place in result.get("locations", []):
                region = place["physicalLocation"]["region"]
                if region["endColumn"] <= region["startColumn"]:
                    wrong.append("an empty region")
    return wrong


JUNIT = {
    "testsuites": ({"tests", "failures"}, {"testsuite"}),
    "testsuite": ({"name", "tests", "failures", "errors", "skipped", "time"},
                  {"testcase"}),
    "testcase": ({"classname", "name", "time"}, {"failure", "system-out"}),
    "failure": ({"message"}, set()),
    "system-out": (set(), set()),
}
COUNTS = {"tests", "failures", "errors", "skipped", "time"}


def check_element(element):
    """Its attributes, its children, and what is below them."""
    if element.tag not in JUNIT:
        return [element.tag + ": unknown"]
    attributes, children = JUNIT[element.tag]
    wrong = []
    if set(element.attrib) != attributes:
        wrong.append(f"{element.tag}: {sorted(element.attrib)}")
    for name in COUNTS & set(element.attrib):
        if not element.attrib[name].isdigit():
            wrong.append(f"{element.tag}: {name} is no number")
    for child in element:
        if child.tag not in children:
            wrong.append(f"{child.tag} in {element.tag}")
        wrong += check_element(child)
    return wrong


def check_junit(path):
    """The elements, and that they are as many as is said."""
    root = tree.parse(path).getroot()
    wrong = check_element(root)
    for name in ("testsuites", "testsuite"):
        for element in root.iter(name):
            cases = len(list(element.iter("testcase")))
            failures = len(list(element.iter("failure")))
            if (int(element.get("tests")), int(element.get("failures"))) != (
                    cases, failures):
                wrong.append(f"{name}: {cases} cases, {failures} failures")
    return wrong


def main():
    check = {"sarif": check_sarif, "junit": check_junit}[sys.argv[1]]
    wrong = [f"{path}: {line}" for path in sys.argv[2:] for line in check(path)]
    print("\n".join(wrong), end="\n" if wrong else "")
    sys.exit(1 if wrong else 0)


main()
