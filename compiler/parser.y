/*
 * parser.y - the grammar.
 *
 * A push parser: front.c feeds it tokens.  So the parser knows nothing of
 * the lexer, the lexer knows only the parser's token kinds, and there is no
 * circle between the two.  The actions build nodes (tree.h) and do nothing
 * else: what a name means is for resolve.c, whether types fit for check.c.
 *
 * There are no error rules.  A syntax error ends this parser; what was
 * expected is left in tree->error, front.c has it put into words and starts
 * again behind the declaration.
 *
 * Words that are reserved only in some places stand under `name`.  Infix
 * `not` (`x not in y`) is a token of its own, NOTI: the lexer looks ahead.
 * After a `.` the lexer gives NAME for any word.
 */
%require "3.8"
%expect 0

%define api.prefix {as_yy}
%define api.pure full
%define api.push-pull push
%define api.token.prefix {TOK_}
%define api.location.type {struct as_span}
%define parse.error custom
%define parse.lac full
%locations

%param {struct as_tree *tree}

%code requires {
#include "compiler/tree.h"

/* The actions see `tree`; the depth of the stack is bounded by front.c. */
#define YYMAXDEPTH 20000

#define YYLLOC_DEFAULT(cur, rhs, n)                                            \
    do {                                                                       \
        (cur).source = YYRHSLOC(rhs, (n) ? 1 : 0).source;                      \
        (cur).start = (n) ? YYRHSLOC(rhs, 1).start : YYRHSLOC(rhs, 0).end;     \
        (cur).end = YYRHSLOC(rhs, (n)).end;                                    \
    } while (0)

/* An operator's kind and place. */
struct as_operator {
    enum as_expr_kind kind;
    struct as_span span;
};

struct as_scoped_name {
    struct as_name scope, name;
};

struct as_visible {
    enum as_scope scope;
    struct as_span span;
    struct as_amount plus;
};

struct as_retention {
    struct as_amount amount;
    bool idle;
};

struct as_bounds {
    struct as_amount span, gap;
    enum as_window window;
};

struct as_reach {
    struct as_amount within;
    struct as_path *after;
};
}

%code provides {
/* How many symbols are on the parser's stack. */
size_t as_parser_depth(const as_yypstate *parser);
}

%union {
    struct as_token token;
    struct as_scoped_name qname;
    struct as_expr *expr;
    struct as_path *path;
    struct as_bind *bind;
    struct as_meta *meta;
    struct as_type_name type;
    struct as_formal *formal;
    struct as_amount amount;
    struct as_from from;
    struct as_visible scope;
    struct as_retention retention;
    struct as_bounds bounds;
    struct as_reach reach;
    struct as_join *join;
    struct as_sequence_step *step;
    struct as_exclude *exclude;
    struct as_audit audit;
    struct as_change *change;
    struct as_rule *part;
    struct as_operator op;
    enum as_quant quant;
    struct {
        struct as_expr *by;
        struct as_amount span;
    } suppress;
}

%code {
static void as_yyerror(const struct as_span *span, struct as_tree *tree,
                       const char *message);
}

%token END 0 "the end of the file"

%token <token>
    NAME "a name" STRING "a text" INT "a whole number" FLOAT "a number"
    DURATION "a duration" CIDR "an address" REGEX "a regular expression"
    DATE "a date" TIME "a time"

%token <token>
    IMPORT "`import`" AS "`as`" PARAM "`param`" LIST "`list`" MACRO "`macro`"
    BASELINE "`baseline`" RULE "`rule`" OVERLAY "`overlay`"
    META "`meta`" FROM "`from`" EACH "`each`" LET "`let`" WHERE "`where`"
    KEY "`key`" COLLECT "`collect`" SCOPE "`scope`" AS_OF "`as_of`"
    PLUS_KW "`plus`" WHOLE "`whole`" RETAIN "`retain`" IDLE "`idle`"
    FOREVER "`forever`"
    JOIN "`join`" ON "`on`" WITHIN "`within`" AFTER "`after`"
    REQUIRE "`require`" GROUP "`group`" BY "`by`" TIMESPAN "`timespan`"
    SLIDING "`sliding`" TUMBLING "`tumbling`" SESSION "`session`"
    HAVING "`having`" NEW_TERMS "`new_terms`" HISTORY "`history`"
    SEQUENCE "`sequence`" MAXSPAN "`maxspan`" UNTIL "`until`"
    EXCLUDE "`exclude`" WHEN "`when`" REASON "`reason`" OWNER "`owner`"
    EXPIRES "`expires`" OUTCOME "`outcome`" SUPPRESS "`suppress`" FOR "`for`"
    PACK "`pack`" VERSION "`version`" MODIFY "`modify`" SET "`set`"
    DISABLE "`disable`" ENABLE "`enable`" APPEND "`append`" REMOVE "`remove`"
    IF "`if`" THEN "`then`" ELSE "`else`" AND "`and`" OR "`or`" NOT "`not`"
    IN "`in`" IS "`is`" ANY "`any`" ALL "`all`" NONE "`none`" TRUE "`true`"
    FALSE "`false`" MISSING "`missing`"
    CONTAINS "`contains`" STARTSWITH "`startswith`" ENDSWITH "`endswith`"
    LIKE "`like`" MATCHES "`matches`" NOTI "`not`, before a comparison"

%token
    EQ "`==`" NE "`!=`" LT "`<`" LE "`<=`" GT "`>`" GE "`>=`" ASSIGN "`=`"
    COLON "`:`" COMMA "`,`" DOT "`.`" LB "`[`" RB "`]`" LP "`(`" RP "`)`"
    LC "`{`" RC "`}`" PLUS "`+`" MINUS "`-`" COALESCE "`??`"

%type <token> name optdoc optversion isname rev
%type <type> type
%type <formal> formals formal
%type <expr> literal value values optvalues expr primary exprs requires where
%type <meta> meta metas
%type <from> from
%type <bind> lets binds bind collect outs outcome
%type <scope> scope
%type <retention> retain
%type <amount> span
%type <join> joins join
%type <reach> within
%type <qname> qname
%type <bounds> window
%type <step> steps step until
%type <exclude> excludes exclude
%type <audit> audits
%type <change> changes change mods mod
%type <part> part group newterms seq
%type <suppress> suppress
%type <path> path
%type <op> strop
%type <quant> quant

%precedence ELSE
%left OR
%left AND
%precedence NOT
%nonassoc EQ NE LT LE GT GE IN NOTI IS CONTAINS STARTSWITH ENDSWITH LIKE MATCHES
%left COALESCE
%left PLUS MINUS

%%

file: %empty | file decl ;
decl: import | param | list | macro | baseline | rule | overlay ;

/* ---- imports, parameters, lists, macros ------------------------------- */

import:
    IMPORT STRING[path]
        { as_tree_import(tree, (struct as_import){
              .path = $path.text, .path_span = @path, .span = @$ }); }
|   IMPORT STRING[path] AS name
        { as_tree_import(tree, (struct as_import){
              .path = $path.text, .path_span = @path,
              .alias = as_tree_name($name, @name), .span = @$ }); }
;

param:
    PARAM name COLON type ASSIGN literal optdoc
        { as_tree_param(tree, (struct as_param){
              .name = as_tree_name($name, @name), .type = $type,
              .value = $literal,
              .help = $optdoc.text.bytes ? $optdoc.text : $PARAM.doc }); }
;

optdoc: %empty { $$ = (struct as_token){ 0 }; } | STRING ;

list:
    LIST name COLON type ASSIGN LB optvalues RB
        {
            struct as_list list = { .name = as_tree_name($name, @name),
                                    .type = $type, .doc = $LIST.doc };

            AS_TREE_LIST(list.items, $optvalues);
            as_tree_list(tree, list);
        }
|   LIST name COLON type FROM STRING[file]
        { as_tree_list(tree, (struct as_list){
              .name = as_tree_name($name, @name), .type = $type,
              .from = $file.text, .from_span = @file, .doc = $LIST.doc }); }
;

macro:
    MACRO name ASSIGN expr
        { as_tree_macro(tree, (struct as_macro){
              .name = as_tree_name($name, @name), .body = $expr,
              .doc = $MACRO.doc }); }
|   MACRO name LP formals RP ASSIGN expr
        {
            struct as_macro macro = { .name = as_tree_name($name, @name),
                                      .has_formals = true, .body = $expr,
                                      .doc = $MACRO.doc };

            AS_TREE_LIST(macro.formals, $formals);
            as_tree_macro(tree, macro);
        }
;

formals:
    formal                   { $$ = AS_TREE_ADD((struct as_formal *)NULL, $1); }
|   formals COMMA formal     { $$ = AS_TREE_ADD($1, $3); }
;

formal:
    name COLON type
        {
            $$ = as_tree_node(tree, sizeof(*$$));
            $$->name = as_tree_name($name, @name);
            $$->type = $type;
        }
;

type:
    name
        { $$ = (struct as_type_name){ .outer = as_tree_name($1, @1),
                                      .span = @$ }; }
|   name[outer] LT name[inner] GT
        { $$ = (struct as_type_name){ .outer = as_tree_name($outer, @outer),
                                      .inner = as_tree_name($inner, @inner),
                                      .span = @$ }; }
;

/* ---- meta ------------------------------------------------------------- */

meta:
    %empty                   { $$ = NULL; }
|   META LC metas RC         { AS_TREE_LIST($$, $metas); }
;

metas:
    %empty                   { $$ = NULL; }
|   metas[m] name ASSIGN value
        { struct as_meta *one =
              as_tree_meta(tree, as_tree_name($name, @name), $value);
          $$ = AS_TREE_ADD($m, one); }
;

value:
    literal
|   LB optvalues RB          { $$ = as_tree_items(tree, @$, $optvalues); }
;

optvalues:
    %empty                   { $$ = NULL; }
|   values
|   values COMMA
;

values:
    value                    { $$ = AS_TREE_ADD((struct as_expr *)NULL, $1); }
|   values COMMA value       { $$ = AS_TREE_ADD($1, $3); }
;

/* ---- baselines -------------------------------------------------------- */

baseline:
    BASELINE name LC meta from lets where KEY binds collect scope retain RC
        {
            struct as_baseline baseline = {
                .name = as_tree_name($name, @name), .meta = $meta,
                .from = $from, .where = $where, .scope = $scope.scope,
                .scope_span = $scope.span, .plus = $scope.plus,
                .retain = $retain.amount, .idle = $retain.idle,
                .doc = $BASELINE.doc, .span = @$ };

            AS_TREE_LIST(baseline.lets, $lets);
            AS_TREE_LIST(baseline.key, $binds);
            AS_TREE_LIST(baseline.collect, $collect);
            as_tree_baseline(tree, baseline);
        }
;

collect:
    %empty                   { $$ = NULL; }
|   COLLECT binds            { $$ = $binds; }
;

scope:
    %empty
        { $$ = (struct as_visible){ .scope = AS_SCOPE_AS_OF }; }
|   SCOPE AS_OF
        { $$ = (struct as_visible){ .scope = AS_SCOPE_AS_OF, .span = @$ }; }
|   SCOPE AS_OF PLUS_KW span
        { $$ = (struct as_visible){ .scope = AS_SCOPE_AS_OF, .span = @$,
                                      .plus = $span }; }
|   SCOPE WHOLE
        { $$ = (struct as_visible){ .scope = AS_SCOPE_WHOLE, .span = @$ }; }
;

retain:
    %empty
        { $$ = (struct as_retention){ .idle = false }; }
|   RETAIN span
        { $$ = (struct as_retention){ .amount = $span }; }
|   RETAIN span IDLE
        { $$ = (struct as_retention){ .amount = $span, .idle = true }; }
;

from:
    FROM name
        { $$ = (struct as_from){ .source = as_tree_name($name, @name) }; }
|   FROM name[source] EACH name[each] IN path
        { $$ = (struct as_from){ .source = as_tree_name($source, @source),
                                 .each = as_tree_name($each, @each),
                                 .path = $path }; }
;

lets:
    %empty                   { $$ = NULL; }
|   lets[l] LET name ASSIGN expr
        {
            struct as_bind *one = as_tree_bind(tree, $name, @name, $expr);

            one->doc = $LET.doc;
            $$ = AS_TREE_ADD($l, one);
        }
;

where:
    %empty                   { $$ = NULL; }
|   WHERE expr               { $$ = $expr; }
;

binds:
    bind                     { $$ = AS_TREE_ADD((struct as_bind *)NULL, $1); }
|   binds COMMA bind         { $$ = AS_TREE_ADD($1, $3); }
;

bind:
    name ASSIGN expr         { $$ = as_tree_bind(tree, $name, @name, $expr); }
;

span:
    DURATION
        { $$ = (struct as_amount){ .kind = AS_AMOUNT_DURATION, .span = @$,
                                   .ms = $1.integer }; }
|   FOREVER
        { $$ = (struct as_amount){ .kind = AS_AMOUNT_FOREVER, .span = @$ }; }
|   NAME
        { $$ = (struct as_amount){ .kind = AS_AMOUNT_NAME, .span = @$,
                                   .name = as_tree_name($1, @1) }; }
|   NAME[scope] DOT NAME[name]
        { $$ = (struct as_amount){ .kind = AS_AMOUNT_NAME, .span = @$,
                                   .scope = as_tree_name($scope, @scope),
                                   .name = as_tree_name($name, @name) }; }
;

/* ---- rules ------------------------------------------------------------ */

rule:
    RULE name LC meta from lets where part excludes outcome suppress RC
        {
            struct as_rule rule = *$part;

            rule.name = as_tree_name($name, @name);
            rule.meta = $meta;
            rule.from = $from;
            rule.where = $where;
            rule.suppress_for = $suppress.span;
            rule.doc = $RULE.doc;
            rule.span = @$;
            AS_TREE_LIST(rule.lets, $lets);
            AS_TREE_LIST(rule.excludes, $excludes);
            AS_TREE_LIST(rule.outcome, $outcome);
            AS_TREE_LIST(rule.suppress_by, $suppress.by);
            as_tree_rule(tree, rule);
        }
;

part:
    %empty
        {
            $$ = as_tree_node(tree, sizeof(*$$));
            $$->shape = AS_SHAPE_PLAIN;
        }
|   joins requires
        {
            $$ = as_tree_node(tree, sizeof(*$$));
            $$->shape = AS_SHAPE_JOIN;
            $$->shape_span = @joins;
            AS_TREE_LIST($$->joins, $joins);
            AS_TREE_LIST($$->requires, $requires);
        }
|   group | newterms | seq
;

joins:
    join                     { $$ = AS_TREE_ADD((struct as_join *)NULL, $1); }
|   joins join               { $$ = AS_TREE_ADD($1, $2); }
;

requires:
    %empty                   { $$ = NULL; }
|   requires[r] REQUIRE expr { $$ = AS_TREE_ADD($r, $expr); }
;

join:
    JOIN qname AS name[alias] ON expr within
        {
            $$ = as_tree_node(tree, sizeof(*$$));
            $$->scope = $qname.scope;
            $$->baseline = $qname.name;
            $$->alias = as_tree_name($alias, @alias);
            $$->on = $expr;
            $$->within = $within.within;
            $$->after = $within.after;
            $$->span = @$;
        }
;

qname:
    name
        { $$ = (struct as_scoped_name){ .name = as_tree_name($1, @1) }; }
|   name[scope] DOT NAME
        { $$ = (struct as_scoped_name){
              .scope = as_tree_name($scope, @scope),
              .name = as_tree_name($NAME, @NAME) }; }
;

within:
    %empty
        { $$ = (struct as_reach){ .after = NULL }; }
|   WITHIN span AFTER path
        { $$ = (struct as_reach){ .within = $span, .after = $path }; }
;

group:
    GROUP BY binds TIMESPAN window HAVING expr
        {
            $$ = as_tree_node(tree, sizeof(*$$));
            $$->shape = AS_SHAPE_GROUP;
            $$->shape_span = @GROUP;
            $$->window = $window.window;
            $$->timespan = $window.span;
            $$->gap = $window.gap;
            $$->having = $expr;
            AS_TREE_LIST($$->by, $binds);
        }
;

window:
    span
        { $$ = (struct as_bounds){ .span = $1, .window = AS_WINDOW_SLIDING }; }
|   span SLIDING
        { $$ = (struct as_bounds){ .span = $1, .window = AS_WINDOW_SLIDING }; }
|   span TUMBLING
        { $$ = (struct as_bounds){ .span = $1, .window = AS_WINDOW_TUMBLING }; }
|   span SESSION span
        { $$ = (struct as_bounds){ .span = $1, .gap = $3,
                                   .window = AS_WINDOW_SESSION }; }
|   WHOLE
        { $$ = (struct as_bounds){ .window = AS_WINDOW_WHOLE }; }
;

newterms:
    NEW_TERMS BY binds HISTORY span
        {
            $$ = as_tree_node(tree, sizeof(*$$));
            $$->shape = AS_SHAPE_NEW_TERMS;
            $$->shape_span = @NEW_TERMS;
            $$->timespan = $span;
            AS_TREE_LIST($$->by, $binds);
        }
;

seq:
    SEQUENCE BY binds MAXSPAN span steps until
        {
            $$ = as_tree_node(tree, sizeof(*$$));
            $$->shape = AS_SHAPE_SEQUENCE;
            $$->shape_span = @SEQUENCE;
            $$->timespan = $span;
            $$->until = $until;
            AS_TREE_LIST($$->by, $binds);
            AS_TREE_LIST($$->steps, $steps);
        }
;

steps:
    step
        { $$ = AS_TREE_ADD((struct as_sequence_step *)NULL, $1); }
|   steps step               { $$ = AS_TREE_ADD($1, $2); }
;

until:
    %empty                   { $$ = NULL; }
|   UNTIL step               { $$ = $step; }
;

step:
    LB WHERE expr RB
        {
            $$ = as_tree_node(tree, sizeof(*$$));
            $$->where = $expr;
            $$->span = @$;
        }
|   LB NOT WHERE expr RB
        {
            $$ = as_tree_node(tree, sizeof(*$$));
            $$->where = $expr;
            $$->absent = true;
            $$->span = @$;
        }
;

excludes:
    %empty                   { $$ = NULL; }
|   excludes exclude         { $$ = AS_TREE_ADD($1, $2); }
;

exclude:
    EXCLUDE name WHEN expr audits
        {
            $$ = as_tree_node(tree, sizeof(*$$));
            $$->name = as_tree_name($name, @name);
            $$->when = $expr;
            $$->audit = $audits;
            $$->span = @$;
        }
;

audits:
    %empty
        { $$ = (struct as_audit){ .expires = false }; }
|   audits[a] REASON STRING
        {
            $$ = $a;
            as_tree_once(tree, $a.reason.bytes != NULL, @REASON, "reason");
            $$.reason = $STRING.text;
        }
|   audits[a] OWNER STRING
        {
            $$ = $a;
            as_tree_once(tree, $a.owner.bytes != NULL, @OWNER, "owner");
            $$.owner = $STRING.text;
        }
|   audits[a] EXPIRES DATE
        {
            $$ = $a;
            as_tree_once(tree, $a.expires, @EXPIRES, "expires");
            $$.expires = true;
            $$.expires_ms = $DATE.integer;
            $$.expires_span = @DATE;
        }
;

outcome:
    %empty                   { $$ = NULL; }
|   OUTCOME LC outs RC       { $$ = $outs; }
;

outs:
    %empty                   { $$ = NULL; }
|   outs[o] name ASSIGN expr
        { struct as_bind *one = as_tree_bind(tree, $name, @name, $expr);
          $$ = AS_TREE_ADD($o, one); }
;

suppress:
    %empty
        { $$.by = NULL; $$.span = (struct as_amount){ .ms = 0 }; }
|   SUPPRESS BY exprs FOR span
        { $$.by = $exprs; $$.span = $span; }
;

/* ---- overlays --------------------------------------------------------- */

overlay:
    OVERLAY name FOR PACK STRING[pack] optversion LC changes RC
        {
            struct as_overlay overlay = {
                .name = as_tree_name($name, @name), .pack = $pack.text,
                .pack_span = @pack, .version = $optversion.text,
                .version_span = @optversion, .span = @$ };

            AS_TREE_LIST(overlay.changes, $changes);
            as_tree_overlay(tree, overlay);
        }
;

optversion:
    %empty                   { $$ = (struct as_token){ 0 }; }
|   VERSION STRING           { $$ = $STRING; @$ = @STRING; }
;

changes:
    %empty                   { $$ = NULL; }
|   changes change           { $$ = AS_TREE_ADD($1, $2); }
;

change:
    MODIFY RULE name rev LC mods RC
        {
            $$ = as_tree_change(tree, AS_CHANGE_MODIFY, @$);
            $$->name = as_tree_name($name, @name);
            $$->version = $rev.integer;
            $$->version_span = @rev;
            AS_TREE_LIST($$->mods, $mods);
        }
|   DISABLE RULE name audits
        {
            $$ = as_tree_change(tree, AS_CHANGE_DISABLE_RULE, @$);
            $$->name = as_tree_name($name, @name);
            $$->audit = $audits;
        }
|   ENABLE RULE name audits
        {
            $$ = as_tree_change(tree, AS_CHANGE_ENABLE_RULE, @$);
            $$->name = as_tree_name($name, @name);
            $$->audit = $audits;
        }
|   SET PARAM name ASSIGN literal
        {
            $$ = as_tree_change(tree, AS_CHANGE_SET_PARAM, @$);
            $$->name = as_tree_name($name, @name);
            $$->value = $literal;
        }
|   APPEND LIST name LB optvalues RB
        {
            $$ = as_tree_change(tree, AS_CHANGE_APPEND, @$);
            $$->name = as_tree_name($name, @name);
            AS_TREE_LIST($$->items, $optvalues);
        }
|   REMOVE LIST name LB optvalues RB
        {
            $$ = as_tree_change(tree, AS_CHANGE_REMOVE, @$);
            $$->name = as_tree_name($name, @name);
            AS_TREE_LIST($$->items, $optvalues);
        }
;

rev:
    %empty                   { $$ = (struct as_token){ 0 }; }
|   VERSION INT              { $$ = $INT; @$ = @INT; }
;

mods:
    %empty                   { $$ = NULL; }
|   mods mod                 { $$ = AS_TREE_ADD($1, $2); }
;

mod:
    SET name ASSIGN value
        {
            $$ = as_tree_change(tree, AS_CHANGE_SET_META, @$);
            $$->name = as_tree_name($name, @name);
            $$->value = $value;
        }
|   exclude
        {
            $$ = as_tree_change(tree, AS_CHANGE_EXCLUDE, @$);
            $$->name = $exclude->name;
            $$->audit = $exclude->audit;
            $$->exclude = $exclude;
        }
|   DISABLE EXCLUDE name audits
        {
            $$ = as_tree_change(tree, AS_CHANGE_DISABLE_EXCLUDE, @$);
            $$->name = as_tree_name($name, @name);
            $$->audit = $audits;
        }
|   REQUIRE expr audits
        {
            $$ = as_tree_change(tree, AS_CHANGE_REQUIRE, @$);
            $$->value = $expr;
            $$->audit = $audits;
        }
;

/* ---- literals, names, paths ------------------------------------------- */

literal:
    STRING       { $$ = as_tree_literal(tree, AS_EXPR_TEXT, @$, &$1); }
|   INT          { $$ = as_tree_literal(tree, AS_EXPR_INT, @$, &$1); }
|   FLOAT        { $$ = as_tree_literal(tree, AS_EXPR_REAL, @$, &$1); }
|   DURATION     { $$ = as_tree_literal(tree, AS_EXPR_DURATION, @$, &$1); }
|   CIDR         { $$ = as_tree_literal(tree, AS_EXPR_CIDR, @$, &$1); }
|   DATE         { $$ = as_tree_literal(tree, AS_EXPR_TIME, @$, &$1); }
|   TIME         { $$ = as_tree_literal(tree, AS_EXPR_TIME, @$, &$1); }
|   TRUE         { $$ = as_tree_bool(tree, @$, true); }
|   FALSE        { $$ = as_tree_bool(tree, @$, false); }
|   name
        { $$ = as_tree_path_expr(
              tree, as_tree_path(tree, as_tree_name($1, @1))); }
|   MINUS INT    { $$ = as_tree_minus(tree, AS_EXPR_INT, @$, &$2); }
|   MINUS FLOAT  { $$ = as_tree_minus(tree, AS_EXPR_REAL, @$, &$2); }
;

name:
    NAME | SET | VERSION | OWNER | REASON | EXPIRES | KEY | LIST | HISTORY
|   SESSION | PACK | PARAM | OVERLAY | META | COLLECT | RETAIN | OUTCOME | FOR
|   BY | IDLE | EACH | AFTER | ON | SCOPE | AS_OF | PLUS_KW | WHOLE | SLIDING
|   TUMBLING | RULE | IMPORT | MACRO | BASELINE | APPEND | REMOVE | ENABLE
|   DISABLE | MODIFY | MISSING | FOREVER
;

path:
    name         { $$ = as_tree_path(tree, as_tree_name($1, @1)); }
|   path DOT NAME
        { $$ = as_tree_step(tree, $1, AS_STEP_NAME, @3, &$3); }
|   path DOT STRING
        { $$ = as_tree_step(tree, $1, AS_STEP_NAME, @3, &$3); }
|   path LB INT RB
        { $$ = as_tree_step(tree, $1, AS_STEP_INDEX, as_span_join(@2, @4),
                            &$3); }
|   path LB RB
        { $$ = as_tree_step(tree, $1, AS_STEP_EACH, as_span_join(@2, @3),
                            NULL); }
|   path LP RP
        { $$ = as_tree_call(tree, $1, as_span_join(@2, @3), NULL, NULL); }
|   path LP exprs RP
        { $$ = as_tree_call(tree, $1, as_span_join(@2, @4), $3, NULL); }
|   path LP WHERE expr RP
        { $$ = as_tree_call(tree, $1, as_span_join(@2, @5), NULL, $4); }
|   path LP exprs WHERE expr RP
        { $$ = as_tree_call(tree, $1, as_span_join(@2, @6), $3, $5); }
;

/* ---- expressions ------------------------------------------------------ */

expr:
    expr OR expr
        { $$ = as_tree_operator(tree, AS_EXPR_OR, @$, @2, $1, $3); }
|   expr AND expr
        { $$ = as_tree_operator(tree, AS_EXPR_AND, @$, @2, $1, $3); }
|   NOT expr
        { $$ = as_tree_operator(tree, AS_EXPR_NOT, @$, @1, $2, NULL); }
|   expr EQ expr
        { $$ = as_tree_operator(tree, AS_EXPR_EQ, @$, @2, $1, $3); }
|   expr NE expr
        { $$ = as_tree_operator(tree, AS_EXPR_NE, @$, @2, $1, $3); }
|   expr LT expr
        { $$ = as_tree_operator(tree, AS_EXPR_LT, @$, @2, $1, $3); }
|   expr LE expr
        { $$ = as_tree_operator(tree, AS_EXPR_LE, @$, @2, $1, $3); }
|   expr GT expr
        { $$ = as_tree_operator(tree, AS_EXPR_GT, @$, @2, $1, $3); }
|   expr GE expr
        { $$ = as_tree_operator(tree, AS_EXPR_GE, @$, @2, $1, $3); }
|   expr IN expr
        { $$ = as_tree_operator(tree, AS_EXPR_IN, @$, @2, $1, $3); }
|   expr NOTI IN expr %prec IN
        { $$ = as_tree_negated(as_tree_operator(
              tree, AS_EXPR_IN, @$, as_span_join(@2, @3), $1, $4)); }
|   expr strop expr %prec CONTAINS
        { $$ = as_tree_operator(tree, $2.kind, @$, @2, $1, $3); }
|   expr NOTI strop expr %prec CONTAINS
        { $$ = as_tree_negated(as_tree_operator(
              tree, $3.kind, @$, as_span_join(@2, @3), $1, $4)); }
|   expr IS isname
        { $$ = as_tree_is(tree, @$, @2, $1, as_tree_name($3, @3)); }
|   expr IS NOT isname
        { $$ = as_tree_negated(as_tree_is(tree, @$, as_span_join(@2, @3), $1,
                                          as_tree_name($4, @4))); }
|   expr COALESCE expr
        { $$ = as_tree_operator(tree, AS_EXPR_COALESCE, @$, @2, $1, $3); }
|   expr PLUS expr
        { $$ = as_tree_operator(tree, AS_EXPR_PLUS, @$, @2, $1, $3); }
|   expr MINUS expr
        { $$ = as_tree_operator(tree, AS_EXPR_MINUS, @$, @2, $1, $3); }
|   quant name IN path COLON LP expr RP
        { $$ = as_tree_quant(tree, @$, @1, $1, as_tree_name($2, @2), $4, $7); }
|   IF expr THEN expr ELSE expr
        { $$ = as_tree_if(tree, @$, @1, $2, $4, $6); }
|   primary
;

strop:
    CONTAINS     { $$ = (struct as_operator){ AS_EXPR_CONTAINS, @$ }; }
|   STARTSWITH   { $$ = (struct as_operator){ AS_EXPR_STARTSWITH, @$ }; }
|   ENDSWITH     { $$ = (struct as_operator){ AS_EXPR_ENDSWITH, @$ }; }
|   LIKE         { $$ = (struct as_operator){ AS_EXPR_LIKE, @$ }; }
|   MATCHES      { $$ = (struct as_operator){ AS_EXPR_MATCHES, @$ }; }
;

isname: MISSING | NAME | TRUE | FALSE ;

quant:
    ANY          { $$ = AS_QUANT_ANY; }
|   ALL          { $$ = AS_QUANT_ALL; }
|   NONE         { $$ = AS_QUANT_NONE; }
;

primary:
    path         { $$ = as_tree_path_expr(tree, $1); }
|   STRING       { $$ = as_tree_literal(tree, AS_EXPR_TEXT, @$, &$1); }
|   INT          { $$ = as_tree_literal(tree, AS_EXPR_INT, @$, &$1); }
|   FLOAT        { $$ = as_tree_literal(tree, AS_EXPR_REAL, @$, &$1); }
|   DURATION     { $$ = as_tree_literal(tree, AS_EXPR_DURATION, @$, &$1); }
|   CIDR         { $$ = as_tree_literal(tree, AS_EXPR_CIDR, @$, &$1); }
|   REGEX        { $$ = as_tree_literal(tree, AS_EXPR_REGEX, @$, &$1); }
|   DATE         { $$ = as_tree_literal(tree, AS_EXPR_TIME, @$, &$1); }
|   TIME         { $$ = as_tree_literal(tree, AS_EXPR_TIME, @$, &$1); }
|   TRUE         { $$ = as_tree_bool(tree, @$, true); }
|   FALSE        { $$ = as_tree_bool(tree, @$, false); }
|   MINUS INT    { $$ = as_tree_minus(tree, AS_EXPR_INT, @$, &$2); }
|   MINUS FLOAT  { $$ = as_tree_minus(tree, AS_EXPR_REAL, @$, &$2); }
|   LP expr RP   { $$ = $2; $$->span = @$; }
|   LB exprs RB  { $$ = as_tree_items(tree, @$, $2); }
|   ANY LP exprs RP
        { $$ = as_tree_path_expr(tree, as_tree_call(
              tree, as_tree_path(tree, as_tree_name($1, @1)),
              as_span_join(@2, @4), $3, NULL)); }
|   ANY LP exprs WHERE expr RP
        { $$ = as_tree_path_expr(tree, as_tree_call(
              tree, as_tree_path(tree, as_tree_name($1, @1)),
              as_span_join(@2, @6), $3, $5)); }
;

exprs:
    expr                     { $$ = AS_TREE_ADD((struct as_expr *)NULL, $1); }
|   exprs COMMA expr         { $$ = AS_TREE_ADD($1, $3); }
;

%%

/* Bison sends only "memory exhausted" here, and front.c sees that in the
 * status; syntax errors go to the function below. */
static void as_yyerror(const struct as_span *span, struct as_tree *tree,
                       const char *message)
{
    (void)span;
    (void)tree;
    (void)message;
}

size_t as_parser_depth(const as_yypstate *parser)
{
    return (size_t)(parser->yyssp - parser->yyss);
}

/* Symbols are numbered in the parser, tokens outside: turn one back. */
static int token_of(yysymbol_kind_t symbol)
{
    for (int token = TOK_NAME; token <= YYMAXUTOK; token++) {
        if (YYTRANSLATE(token) == symbol)
            return token;
    }
    return TOK_END;
}

static int yyreport_syntax_error(const yypcontext_t *context,
                                 struct as_tree *tree)
{
    yysymbol_kind_t expected[AS_EXPECTED_COUNT];
    int count =
        yypcontext_expected_tokens(context, expected, AS_EXPECTED_COUNT);

    tree->error.expected_count = count > 0 ? count : 0;
    for (int i = 0; i < count; i++) {
        tree->error.expected[i] = token_of(expected[i]);
        tree->error.names[i] = yysymbol_name(expected[i]);
    }
    return 0;
}
