#!/usr/bin/env python3
"""The measure: how fast, in how much memory, beside what people would use.

    make bench [SIZE=100m] [KIND="large small churn"] [REPEAT=3]

Makes the corpora that are not there, runs every tool on the same files in
turn (A B A B ...), checks every answer against the truth file, and prints one
line for each bar.  A ratio is the median of the ratios of neighbouring runs;
time is user and system CPU of the process, as the kernel counts it, unless a
line says "wall".  Each corpus is read once before, so that files come from
memory.  Tools that are not there are left out, with a word.
"""
import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys

SECUREWORKS = "secureworks_lambda_reference"
LAMBDA = "lambda_credentials_astray"
ELASTIC = "elastic_lambda_reference"
ALL = " ".join([SECUREWORKS, LAMBDA, ELASTIC, "ecs_task_credentials_astray",
                "lambda_key_in_and_out_of_runtime"])
DUCKDB = "@duckdb/node-api@1.5.6-r.1"
CHDB = "chdb==4.4.0"


class Run:
    """What one process cost, and whether its answer was right."""

    def __init__(self, report):
        wall, user, system, memory, status = report.split()
        self.wall = float(wall)
        self.cpu = float(user) + float(system)
        self.memory = int(memory) * 1024 / 1e6
        self.status = int(status)


class Tool:
    """A command; `truth` names the truth files that it must answer with,
    `answer` reads what it said.

    `slow` tools run once, whatever REPEAT is."""

    def __init__(self, name, command, truth=None, answer=None, slow=False):
        self.name, self.command, self.truth = name, command, truth
        self.answer, self.slow, self.runs = answer, slow, []

    def median(self, what):
        return statistics.median(getattr(r, what) for r in self.runs)


class Bench:
    def __init__(self, options):
        self.options = options
        self.here = os.path.join(options.builddir, "tests/bench")
        self.work = os.path.join(self.here, "work")
        self.wrong, self.checked, self.words = [], 0, []
        self.bars, self.rates = [], []
        os.makedirs(self.work, exist_ok=True)
        self.help = subprocess.run(
            [options.astray, "scan", "--help"], capture_output=True, text=True,
            check=True).stdout
        self.one_thread = ["--threads", "1"] if "--threads" in self.help else []

    # ---- running and comparing ----

    def run(self, tool, folder=None):
        report = os.path.join(self.work, "report")
        output = os.path.join(self.work, "output")
        alerts = os.path.join(self.work, "alerts")
        command = [alerts if part == "ALERTS" else part
                   for part in tool.command]
        with open(output, "w") as out:
            subprocess.run([os.path.join(self.here, "measure"), report]
                           + command, stdout=out, check=True)
        with open(report) as text:
            run = Run(text.read())
        if run.status != 0:
            self.wrong.append(f"{tool.name}: exit status {run.status}")
        if tool.truth is not None:
            self.check(tool, folder, tool.answer(
                alerts if "ALERTS" in tool.command else output))
        return run

    def check(self, tool, folder, got):
        want = []
        for rule in tool.truth.split():
            with open(os.path.join(folder, "truth", rule + ".txt")) as text:
                want += text.read().splitlines()
        want.sort()
        self.checked += 1
        if got != want:
            self.wrong.append(
                f"{tool.name}: {len(set(got) - set(want))} alerts too many, "
                f"{len(set(want) - set(got))} too few")

    def race(self, tools, folder=None, repeat=None):
        """Runs the tools in turn; a tool's n-th run is beside the others'."""
        for turn in range(repeat or self.options.repeat):
            for tool in tools:
                if turn == 0 or not tool.slow:
                    print(f"  {tool.name} ...", file=sys.stderr, flush=True)
                    tool.runs.append(self.run(tool, folder))

    def bar(self, text, bar, value, unit="", most=False):
        met = value <= bar if most else value >= bar
        sign = "<=" if most else ">="
        self.bars.append(
            f"| {text} | {sign} {bar:g}{unit} | {value:.2f}{unit} "
            f"| {'met' if met else 'not met'} |")

    def no_bar(self, text, bar, why):
        self.bars.append(f"| {text} | {bar} | {why} | |")

    # ---- tools ----

    def corpus(self, kind):
        name = f"{kind}-{self.options.size}-{self.options.seed}"
        folder = os.path.join(self.options.corpora or
                              os.path.join(self.here, "corpora"), name)
        if not os.path.exists(os.path.join(folder, "shape.txt")):
            shutil.rmtree(folder, ignore_errors=True)
            print(f"  making {folder}", file=sys.stderr, flush=True)
            shape = subprocess.run(
                [os.path.join(self.here, "generate"), "--kind", kind, "--size",
                 self.options.size, "--seed", str(self.options.seed), "--out",
                 folder], capture_output=True, text=True, check=True).stdout
            with open(os.path.join(folder, "shape.txt"), "w") as text:
                text.write(shape)
        return folder

    def scan(self, name, folder, rules, rule=None, more=None, truth=None):
        command = [self.options.astray, "scan", "-r", rules, "-q", "--format",
                   "jsonl", "-o", "ALERTS"]
        command += ["--rule", rule] if rule else []
        command += self.one_thread if more is None else more
        return Tool(name, command + [folder], truth, alert_lines)

    def find_peers(self):
        """Where DuckDB and ClickHouse are; fetched once into the build."""
        self.modules = os.path.join(self.options.builddir, "tests/sql")
        if not shutil.which("node"):
            self.modules = None
        elif not os.path.isdir(self.modules + "/node_modules/@duckdb/node-api"):
            self.modules = os.path.join(self.here, "peers")
            self.fetch(["npm", "install", "--prefix", self.modules,
                        "--no-audit", "--no-fund", "--loglevel=error", DUCKDB],
                       self.modules + "/node_modules/@duckdb/node-api")
            if not os.path.isdir(self.modules + "/node_modules"):
                self.modules = None
        venv = os.path.join(self.here, "venv")
        self.chdb = venv + "/bin/python3"
        if not os.path.exists(self.chdb):
            self.fetch([sys.executable, "-m", "venv", venv], self.chdb)
        self.fetch([self.chdb, "-m", "pip", "install", "-q", CHDB],
                   venv + "/chdb-is-here")
        if self.modules is None:
            self.words.append("DuckDB is left out: node, npm or its package "
                              "is not here")
        if not os.path.exists(self.chdb) or subprocess.run(
                [self.chdb, "-c", "import chdb"],
                stderr=subprocess.DEVNULL).returncode != 0:
            self.chdb = None
            self.words.append("ClickHouse is left out: pip has no chdb here")

    @staticmethod
    def fetch(command, made):
        if os.path.exists(made):
            return
        try:
            done = subprocess.run(command, stdout=subprocess.DEVNULL)
        except OSError:
            return
        if done.returncode == 0 and made.endswith("-is-here"):
            open(made, "w").close()

    def peer(self, script):
        return os.path.join(self.options.srcdir, "tests/bench/peers", script)

    def duckdb(self, name, question, logs, truth, slow=False):
        if self.modules is None:
            return []
        return [Tool(name, ["node", self.peer("duckdb.js"), self.modules,
                            question, logs, "1"], truth, lines_of, slow)]

    def clickhouse(self, name, question, logs, truth):
        if self.chdb is None:
            return []
        return [Tool(name, [self.chdb, self.peer("clickhouse.py"), question,
                            logs, "1"], truth, lines_of)]

    def python(self, name, question, logs, truth):
        return [Tool(name, [sys.executable, self.peer("python.py"), question,
                            logs], truth, lines_of, slow=True)]

    def jq(self, name, logs, truth):
        if not shutil.which("jq"):
            self.words.append("jq is left out: it is not installed")
            return []
        return [Tool(name, ["sh", self.peer("jq.sh"), logs], truth, lines_of,
                     slow=True)]

    # ---- what is measured ----

    def build_packs(self):
        self.pack = os.path.join(self.work, "pack.astrayc")
        self.build(os.path.join(self.options.srcdir,
                                "rules/aws-workload-credentials"), self.pack)
        for count in (10, 1000):
            folder = os.path.join(self.work, f"plain-{count}")
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([os.path.join(self.here, "generate"), "--rules",
                            str(count), "--out", folder], check=True)
            self.build(folder, folder + ".astrayc")

    def build(self, rules, pack):
        subprocess.run([self.options.astray, "build", rules, "-t", "bytecode",
                        "-o", pack], check=True, stdout=subprocess.DEVNULL)

    def rate(self, kind, megabytes, tools):
        for tool in tools:
            cpu = tool.median("cpu")
            self.rates.append(
                f"| {kind} | {tool.name} | {cpu:.2f} | {megabytes / cpu:.0f} "
                f"| {tool.median('wall'):.2f} | {tool.median('memory'):.0f} |")

    def measure_large(self, folder):
        logs = folder + "/AWSLogs"
        gunzip = Tool("gunzip only (libdeflate)",
                      [os.path.join(self.here, "peers/inflate"), logs])
        one = self.scan("astray, Secureworks' rule", logs, self.pack,
                        SECUREWORKS, truth=SECUREWORKS)
        ours = self.scan("astray, lambda_credentials_astray", logs, self.pack,
                         LAMBDA, truth=LAMBDA)
        every = self.scan("astray, all shipped rules", logs, self.pack,
                          truth=ALL)
        few = self.scan("astray, 10 plain rules", logs,
                        self.work + "/plain-10.astrayc")
        many = self.scan("astray, 1,000 plain rules", logs,
                         self.work + "/plain-1000.astrayc")
        grouped = self.scan("astray, Elastic's rule", logs, self.pack, ELASTIC,
                            truth=ELASTIC)
        tuned = self.duckdb("DuckDB, tuned", "tuned", logs, SECUREWORKS)
        published = self.duckdb("DuckDB, as published", "published", logs,
                                SECUREWORKS, slow=True)
        elastic = self.duckdb("DuckDB, Elastic's shape", "elastic", logs,
                              ELASTIC)
        click = self.clickhouse("ClickHouse", "secureworks", logs, SECUREWORKS)
        click_elastic = self.clickhouse("ClickHouse, Elastic's shape",
                                        "elastic", logs, ELASTIC)
        python = self.python("Python", "secureworks", logs, SECUREWORKS)
        jq = self.jq("jq and awk", logs, SECUREWORKS)
        tools = [gunzip, one, *tuned, ours, *click, every, few, many,
                 *published, grouped, *elastic, *click_elastic, *python, *jq]
        self.race(tools, folder)
        self.rate("large", megabytes_of(folder), tools)
        for tool in (one, ours):
            self.bar(f"gunzip only / {tool.name}, CPU", 0.60,
                     ratio(gunzip, tool))
        for peers, bar in ((tuned, 3), (click, 2.3), (published, 14),
                           (python, 12), (jq, None)):
            self.beside(peers, one, bar)
        self.beside(elastic, grouped, 3)
        self.beside(click_elastic, grouped, None)
        self.bar(f"peak memory at {self.options.size}, one thread (the bar is "
                 f"for 5 GB), all shipped rules", 64, every.median("memory"),
                 " MB", most=True)
        for tool in (one, ours):
            self.bar(f"all shipped rules / {tool.name}, CPU", 1.3,
                     ratio(every, tool), most=True)
        self.bar("1,000 plain rules / 10, CPU", 1.5, ratio(many, few),
                 most=True)
        self.measure_threads(folder, logs)

    def beside(self, peers, ours, bar):
        for peer in peers:
            text = f"{peer.name} / {ours.name}, CPU"
            if bar is None:
                self.no_bar(text, "", f"{ratio(peer, ours):.2f}")
            else:
                self.bar(text, bar, ratio(peer, ours))

    def measure_threads(self, folder, logs):
        text = "one thread / two, wall, all shipped rules"
        if not self.one_thread or (os.cpu_count() or 1) < 2:
            self.no_bar(text, ">= 1.8", "no threads here")
            return
        one = self.scan("astray, one thread", logs, self.pack,
                        more=["--threads", "1"], truth=ALL)
        two = self.scan("astray, two threads", logs, self.pack,
                        more=["--threads", "2"], truth=ALL)
        self.race([one, two], folder)
        self.bar(text, 1.8, ratio(one, two, "wall"))

    def measure_small(self, folder):
        logs = folder + "/AWSLogs"
        gunzip = Tool("gunzip only (libdeflate)",
                      [os.path.join(self.here, "peers/inflate"), logs])
        one = self.scan("astray, Secureworks' rule", logs, self.pack,
                        SECUREWORKS, truth=SECUREWORKS)
        tuned = self.duckdb("DuckDB, tuned", "tuned", logs, SECUREWORKS)
        click = self.clickhouse("ClickHouse", "secureworks", logs, SECUREWORKS)
        tools = [gunzip, one, *tuned, *click]
        self.race(tools, folder)
        self.rate("small", megabytes_of(folder), tools)
        for peers, bar in ((tuned, 5), (click, 8)):
            for peer in peers:
                self.bar(f"small files: {peer.name} / {one.name}, CPU", bar,
                         ratio(peer, one))

    def measure_churn(self, folder):
        logs = folder + "/AWSLogs"
        free = self.scan("astray, Secureworks' rule", logs, self.pack,
                         SECUREWORKS, truth=SECUREWORKS)
        tuned = self.duckdb("DuckDB, tuned", "tuned", logs, SECUREWORKS)
        click = self.clickhouse("ClickHouse", "secureworks", logs, SECUREWORKS)
        tools = [free, *tuned, *click]
        text = "churn: --memory 64M / unlimited"
        if "--memory" in self.help:
            bound = self.scan("astray, Secureworks' rule, --memory 64M", logs,
                              self.pack, SECUREWORKS, truth=SECUREWORKS,
                              more=self.one_thread + ["--memory", "64M"])
            tools.insert(1, bound)
            self.race(tools, folder)
            self.bar(text + ", CPU", 1.5, ratio(bound, free), most=True)
            self.bar("churn: peak under --memory 64M", 64,
                     bound.median("memory"), " MB", most=True)
        else:
            self.race(tools, folder)
            self.no_bar(text, "<= 1.5", "no --memory yet")
        self.rate("churn", megabytes_of(folder), tools)
        for peer in tuned + click:
            self.no_bar(f"churn: {peer.name} / {free.name}, CPU", "",
                        f"{ratio(peer, free):.2f}")

    def measure_rules(self, folder):
        rules = self.work + "/plain-1000"
        compiled = Tool("compile", [self.options.astray, "build", rules, "-t",
                                    "bytecode", "-o", self.work + "/again"])
        checked = Tool("check", [self.options.astray, "check", rules])
        one = find_log(folder)
        first = self.scan("first", one, self.pack)
        self.race([compiled, checked, first], repeat=15)
        for tool, text, bar in (
                (compiled, "compile 1,000 rules, wall", 20),
                (checked, "check 1,000 rules, wall", 150),
                (first, f"start to the end of one small file "
                        f"({os.path.getsize(one) // 1000} kB, packed rules), "
                        "wall", 5)):
            self.bar(text, bar, 1000 * tool.median("wall"), " ms", most=True)

    def report(self):
        print(self.machine())
        print(f"\nCorpora of {self.options.size} each, seed "
              f"{self.options.seed}, "
              f"{self.options.repeat} turn"
              f"{'s' if self.options.repeat > 1 else ''}; "
              f"{self.checked} answers checked against the truth.\n")
        print("| bar | wanted | measured | |\n|---|---|---|---|")
        self.bars.insert(0, "| answers equal the truth | always | "
                         + (f"{len(self.wrong)} are wrong | not met |"
                            if self.wrong else "always | met |"))
        print("\n".join(self.bars))
        print("\n| corpus | tool | CPU s | MB/s | wall s | peak MB |")
        print("|---|---|---|---|---|---|")
        print("\n".join(self.rates))
        for line in self.words + self.wrong:
            print(f"\n{line}")

    def machine(self):
        version = subprocess.run([self.options.astray, "version"],
                                 capture_output=True, text=True).stdout
        lines = [version.splitlines()[0] if version else "astray",
                 f"{cpu_model()}, {os.cpu_count()} cores, "
                 f"{memory_size():.0f} GB; {platform.system()} "
                 f"{platform.release()}; compiled by {self.options.cc}",
                 f"Python {platform.python_version()}"]
        if self.modules:
            lines.append(f"DuckDB {DUCKDB.split('@')[-1]}")
        if self.chdb:
            lines.append(CHDB.replace("==", " "))
        for tool in ("node", "jq"):
            if shutil.which(tool):
                lines.append(tool + " " + subprocess.run(
                    [tool, "--version"], capture_output=True,
                    text=True).stdout.strip())
        return "; ".join(lines)


def ratio(a, b, what="cpu"):
    """The median over neighbouring runs; of a slow tool, its only run beside
    the other's first."""
    return statistics.median(
        getattr(x, what) / getattr(y, what) for x, y in zip(a.runs, b.runs))


def alert_lines(path):
    """What the truth files hold of each alert."""
    lines = []
    with open(path) as text:
        for line in text:
            alert = json.loads(line)
            if "event" in alert:
                lines.append(alert["event"]["eventID"])
            else:
                key = list(alert["group"]["key"].values())
                lines.append(f"{key[0]}|{key[1]}|{alert['time']}")
    return sorted(lines)


def lines_of(path):
    with open(path) as text:
        return sorted(text.read().splitlines())


def find_log(folder):
    """Of the corpus's logs the one in the middle, by size."""
    paths = [os.path.join(where, name)
             for where, _, names in os.walk(folder + "/AWSLogs")
             for name in names]
    return sorted(paths, key=lambda p: (os.path.getsize(p), p))[len(paths) // 2]


def megabytes_of(folder):
    with open(folder + "/shape.txt") as text:
        words = text.read().split()
    return int(words[words.index("bytes") + 1].rstrip(",")) / 1e6


def warm(folder):
    for where, _, names in os.walk(folder + "/AWSLogs"):
        for name in names:
            with open(os.path.join(where, name), "rb") as file:
                file.read()


def cpu_model():
    try:
        with open("/proc/cpuinfo") as text:
            for line in text:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.machine()


def memory_size():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def main():
    parser = argparse.ArgumentParser()
    for name in ("astray", "srcdir", "builddir"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--cc", default="an unknown compiler")
    parser.add_argument("--size", default="100m")
    parser.add_argument("--kind", default="large small churn")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--corpora", help="where the corpora are kept")
    bench = Bench(parser.parse_args())
    bench.find_peers()
    bench.build_packs()
    kinds = bench.options.kind.split()
    for kind in kinds:
        folder = bench.corpus(kind)
        warm(folder)
        getattr(bench, "measure_" + kind)(folder)
    if "small" in kinds:
        bench.measure_rules(bench.corpus("small"))
    bench.report()
    return 1 if bench.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
