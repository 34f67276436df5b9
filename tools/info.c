/* SPDX-License-Identifier: BSD-2-Clause */
/* info.c - reeve info: what the model machine's monitor says of itself, each feature field on a row. */
#include <inttypes.h>

#include "reeve/model.h"
#include "tools/json.h"
#include "tools/verb.h"

struct facts {
	uint64_t rmi_lower;
	uint64_t rmi_higher;
	uint64_t features0;
};

static bool facts_ask(struct facts *facts, struct message *why)
{
	struct reeve_model *model = reeve_model_new(&(struct reeve_model_config){0});
	uint64_t version[REEVE_SMC_REGISTERS] = {RMI_FID(VERSION), RMI_VERSION_1_0};
	uint64_t features[REEVE_SMC_REGISTERS] = {RMI_FID(FEATURES), 0};

	if (model == NULL) {
		return message_set(why, "no machine: %s", reeve_model_error());
	}
	(void)reeve_model_smc(model, 0, version);
	(void)reeve_model_smc(model, 0, features);
	reeve_model_free(model);
	if (version[0] != RMI_SUCCESS || features[0] != RMI_SUCCESS) {
		return message_set(why,
			"the monitor answers RMI_VERSION with 0x%" PRIx64 ", RMI_FEATURES with 0x%" PRIx64, version[0],
			features[0]);
	}
	*facts = (struct facts){version[1], version[2], features[1]};
	return true;
}

static unsigned major(uint64_t version)
{
	return (unsigned)FIELD_GET(version, RMI_VERSION_MAJOR);
}

static unsigned minor(uint64_t version)
{
	return (unsigned)FIELD_GET(version, RMI_VERSION_MINOR);
}

static void facts_print(const struct facts *facts, FILE *to)
{
	size_t count;
	const struct rmi_feature_info *rows = rmi_features(&count);

	fprintf(to, "reeve %s\nRMI %u.%u to %u.%u\nRmiFeatureRegister0 0x%" PRIx64 "\n", REEVE_VERSION,
		major(facts->rmi_lower), minor(facts->rmi_lower), major(facts->rmi_higher), minor(facts->rmi_higher),
		facts->features0);
	for (size_t i = 0; i < count; i++) {
		fprintf(to, "  %-15s %4" PRIu64 "  %s\n", rows[i].name,
			reeve_bits_get(facts->features0, rows[i].shift, rows[i].width), rows[i].text);
	}
}

static json_t *version_json(uint64_t version)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%u.%u", major(version), minor(version));
	return json_string(text);
}

static void facts_json(const struct facts *facts, FILE *to)
{
	size_t count;
	const struct rmi_feature_info *rows = rmi_features(&count);
	json_t *object = json_object();
	json_t *features = json_object();

	for (size_t i = 0; i < count; i++) {
		json_put_number(features, rows[i].name,
			(int64_t)reeve_bits_get(facts->features0, rows[i].shift, rows[i].width));
	}
	(void)json_object_set_new(object, "version", json_string(REEVE_VERSION));
	(void)json_object_set_new(object, "rmi_lower", version_json(facts->rmi_lower));
	(void)json_object_set_new(object, "rmi_higher", version_json(facts->rmi_higher));
	json_put_word(object, "features0", facts->features0);
	(void)json_object_set_new(object, "features", features);
	json_line(object, to);
}

static int info(int argc, char *const argv[], const struct streams *streams)
{
	struct info_options options;
	struct message why = {""};
	struct facts facts = {0};

	if (!info_options_parse(argc, argv, &options, &why)) {
		return verb_misused(&verb_info, &why, streams->err);
	}
	if (options.help) {
		verb_usage(&verb_info, streams->out);
		return EXIT_DONE;
	}
	if (!facts_ask(&facts, &why)) {
		fprintf(streams->err, "reeve info: %s\n", why.text);
		return EXIT_REFUSED;
	}
	if (options.json) {
		facts_json(&facts, streams->out);
	} else {
		facts_print(&facts, streams->out);
	}
	return EXIT_DONE;
}

const struct verb verb_info = {
	"info", NULL, "Show the versions and features of the model's monitor", &info_option_table, info};
