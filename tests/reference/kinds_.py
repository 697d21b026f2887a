from tests.reference import rules, worlds, extras
STRATEGIES = {
 "quota": worlds.batches(rules.several(rules.quotas()), ("checks","complaints","activities","expenses","plans"), rules.PARAMETERS, extras.plans),
 "deadline": worlds.batches(rules.several(rules.deadlines()), ("reports","checks","activities"), rules.PARAMETERS),
 "prohibition": worlds.batches(rules.several(rules.prohibitions()), ("orders","checks","expenses","complaints","authority","approvals"), rules.PARAMETERS, extras.approvals),
 "condition": worlds.batches(rules.several(rules.conditions()), ("orders","checks","expenses","complaints","authority","approvals"), rules.PARAMETERS, extras.approvals),
 "limit": worlds.batches(rules.several(rules.limits()), ("orders","expenses","authority","approvals"), rules.PARAMETERS, extras.approvals),
}
