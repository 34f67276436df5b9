/* SPDX-License-Identifier: BSD-2-Clause */
/* ear.c - an appraisal as EAT Attestation Result: a submodule for the platform and one for the realm, each with a trust vector. */
#include "tools/token/report.h"

#include "tools/json.h"

/* Values of trust claims (draft-ietf-rats-ar4si section 2.3.4): tiers 2…31 affirming, 32…95 warning, 96…127 contraindicated. */
enum {
	CLAIM_NONE = 0,
	IDENTITY_RECOGNISED = 2,
	IDENTITY_UNRECOGNISED = 97,
	CRYPTO_FAILED = 99,
	CONFIGURATION_APPROVED = 2,
	CONFIGURATION_UNSAFE = 32,
	CONFIGURATION_CONTRAINDICATED = 96,
	HARDWARE_GENUINE = 2,
	HARDWARE_UNRECOGNISED = 97,
	EXECUTABLES_APPROVED = 2,
	EXECUTABLES_APPROVED_BOOT = 3,
	EXECUTABLES_UNRECOGNISED = 33,
	RUNTIME_ENCRYPTED = 2,
	RUNTIME_VISIBLE = 32,
};

static const char profile[] = "tag:ietf.org,2026:rats/ear#04";

static enum reeve_outcome outcome(const struct report *r, enum reeve_check check)
{
	return reeve_finding_info(r->appraisal->checks[check].finding)->outcome;
}

/* One value when the check passed, another when it refused, no claim when it was not made. */
static int claim_of(const struct report *r, enum reeve_check check, int passed, int refused)
{
	switch (outcome(r, check)) {
	case REEVE_OUTCOME_PASSED:
		return passed;
	case REEVE_OUTCOME_REFUSED:
		return refused;
	case REEVE_OUTCOME_NOT_MADE:
	case REEVE_OUTCOME_COUNT:
		break;
	}
	return CLAIM_NONE;
}

static json_t *platform_vector(const struct report *r)
{
	json_t *vector = json_object();
	bool is_anchored = r->appraisal->checks[REEVE_CHECK_PLATFORM_SIGNATURE].finding != REEVE_FINDING_NO_ANCHOR;

	json_put_number(vector, "instance-identity",
		claim_of(r, REEVE_CHECK_PLATFORM_SIGNATURE, IDENTITY_RECOGNISED,
			is_anchored ? CRYPTO_FAILED : IDENTITY_UNRECOGNISED));
	json_put_number(vector, "configuration",
		claim_of(r, REEVE_CHECK_LIFECYCLE, CONFIGURATION_APPROVED, CONFIGURATION_CONTRAINDICATED));
	json_put_number(vector, "hardware", claim_of(r, REEVE_CHECK_PLATFORM, HARDWARE_GENUINE, HARDWARE_UNRECOGNISED));
	return vector;
}

static json_t *realm_vector(const struct report *r)
{
	json_t *vector = json_object();
	bool is_vouched = outcome(r, REEVE_CHECK_PLATFORM_SIGNATURE) == REEVE_OUTCOME_PASSED &&
		outcome(r, REEVE_CHECK_REALM_SIGNATURE) == REEVE_OUTCOME_PASSED &&
		outcome(r, REEVE_CHECK_BINDING) == REEVE_OUTCOME_PASSED;
	int executables = claim_of(r, REEVE_CHECK_RIM, EXECUTABLES_APPROVED_BOOT, EXECUTABLES_UNRECOGNISED);

	if (executables == EXECUTABLES_APPROVED_BOOT) {
		executables = outcome(r, REEVE_CHECK_REMS) == REEVE_OUTCOME_PASSED ? EXECUTABLES_APPROVED
			: outcome(r, REEVE_CHECK_REMS) == REEVE_OUTCOME_REFUSED    ? EXECUTABLES_UNRECOGNISED
										   : EXECUTABLES_APPROVED_BOOT;
	}
	json_put_number(vector, "instance-identity", is_vouched ? IDENTITY_RECOGNISED : CRYPTO_FAILED);
	json_put_number(
		vector, "configuration", claim_of(r, REEVE_CHECK_RPV, CONFIGURATION_APPROVED, CONFIGURATION_UNSAFE));
	json_put_number(vector, "executables", executables);
	json_put_number(vector, "runtime-opaque", claim_of(r, REEVE_CHECK_MEMORY, RUNTIME_ENCRYPTED, RUNTIME_VISIBLE));
	return vector;
}

/* A realm is worth no more than the platform below it. */
static const char *status_of(const struct report *r, enum reeve_token_part_id part)
{
	for (unsigned i = 0; i < REEVE_CHECK_COUNT; i++) {
		bool is_of_part = part == REEVE_TOKEN_REALM || reeve_check_info((enum reeve_check)i)->part == part;

		if (is_of_part && outcome(r, (enum reeve_check)i) == REEVE_OUTCOME_REFUSED) {
			return "contraindicated";
		}
	}
	return "affirming";
}

static json_t *checks_of(const struct report *r, enum reeve_token_part_id part)
{
	static const char *const words[REEVE_OUTCOME_COUNT] = {"not-made", "passed", "refused"};
	json_t *checks = json_array();

	for (unsigned i = 0; i < REEVE_CHECK_COUNT; i++) {
		const struct reeve_check_info *info = reeve_check_info((enum reeve_check)i);
		struct message text = report_text(r, (enum reeve_check)i);
		json_t *check;

		if (info->part != part) {
			continue;
		}
		check = json_object();
		(void)json_object_set_new(check, "check", json_string(info->name));
		(void)json_object_set_new(check, "outcome", json_string(words[outcome(r, (enum reeve_check)i)]));
		(void)json_object_set_new(
			check, "reason", json_string(reeve_finding_info(r->appraisal->checks[i].finding)->name));
		(void)json_object_set_new(check, "text", json_string(text.text));
		(void)json_array_append_new(checks, check);
	}
	return checks;
}

static json_t *submodule(const struct report *r, enum reeve_token_part_id part, json_t *vector)
{
	json_t *object = json_object();
	json_t *claims = json_object();

	(void)json_object_set_new(claims, "checks", checks_of(r, part));
	(void)json_object_set_new(object, "ear_status", json_string(status_of(r, part)));
	(void)json_object_set_new(object, "ear_trustworthiness_vector", vector);
	(void)json_object_set_new(object, "ear_verifier_claims", claims);
	return object;
}

json_t *report_ear(const struct report *report, int64_t now)
{
	json_t *root = json_object();
	json_t *verifier = json_object();
	json_t *submodules = json_object();

	(void)json_object_set_new(verifier, "developer", json_string("reeve"));
	(void)json_object_set_new(verifier, "build", json_string(REEVE_VERSION));
	(void)json_object_set_new(root, "eat_profile", json_string(profile));
	json_put_number(root, "iat", now);
	(void)json_object_set_new(root, "ear_verifier_id", verifier);
	(void)json_object_set_new(
		submodules, "CCA_SSD_PLATFORM", submodule(report, REEVE_TOKEN_PLATFORM, platform_vector(report)));
	(void)json_object_set_new(submodules, "CCA_REALM", submodule(report, REEVE_TOKEN_REALM, realm_vector(report)));
	(void)json_object_set_new(root, "submods", submodules);
	return root;
}
