/* SPDX-License-Identifier: BSD-2-Clause */
/* embedding.c - a Realm over your own SMC function: four functions for the library, then build, run and take apart.
 *   cc embedding.c $(pkg-config --cflags --libs reeve reeve-model) -o embedding */
#include <stdio.h>
#include <string.h>

#include "reeve/host.h"
#include "reeve/model.h"

enum { PAGES = 1024 }; /* memory that this host can give to Realms, found at physical address `base` */
struct my_host {
	struct reeve_model *firmware; /* stands in for EL3 and the monitor; on an RME machine there is nothing here */
	uint64_t base;
	bool used[PAGES];
};

/* On an RME machine at EL2: load X0..X17, `smc #0`, store X0..X17. */
static void my_smc(void *context, uint64_t x[18])
{
	(void)reeve_model_smc(((struct my_host *)context)->firmware, 0, x);
}

static void *my_pointer(void *context, struct reeve_pa pa)
{
	return reeve_model_ns(((struct my_host *)context)->firmware, pa.value);
}

static bool my_pages_alloc(void *context, size_t size, struct reeve_pa *pa)
{
	struct my_host *my = context;
	size_t count = size / 4096;
	size_t first = 0;
	while (first + count <= PAGES && memchr(&my->used[first], 1, count) != NULL) {
		first += count; /* naturally aligned, as `base` is */
	}
	if (first + count <= PAGES) {
		memset(&my->used[first], true, count);
		*pa = reeve_pa(my->base + first * 4096);
		memset(my_pointer(my, *pa), 0, size);
	}
	return first + count <= PAGES;
}

static void my_pages_free(void *context, struct reeve_pa pa, size_t size)
{
	struct my_host *my = context;
	memset(&my->used[(pa.value - my->base) / 4096], false, size / 4096);
}

static const uint32_t program[] = {
	0x52800100, 0x72B08000, 0xD4000003}; /* mov w0, #0x84000008; smc #0: PSCI SYSTEM_OFF */

/* The first call that is refused ends the Realm's life; reeve_realm_destroy gives everything back from any state. */
static enum reeve_status live(struct reeve_realm *realm, struct reeve_rec *rec, struct reeve_exit *exit)
{
	struct reeve_realm_config config = {
		.ipa_bits = 36, .hash = RMI_HASH_SHA_512, .rpv = "my personalisation value"};
	struct reeve_ipa_range ram = {{0x80000000}, {0x80200000}};
	struct reeve_rec_config boot = {.pc = ram.base.value, .runnable = true};
	enum reeve_status status = reeve_realm_configure(realm, &config);

	status = status != REEVE_OK ? status : reeve_realm_add_ram(realm, ram);
	status = status != REEVE_OK ? status : reeve_realm_populate(realm, ram.base, program, sizeof(program), true);
	status = status != REEVE_OK ? status : reeve_rec_create(realm, &boot, rec);
	status = status != REEVE_OK ? status : reeve_realm_activate(realm);
	do { /* a VMM answers MMIO, host calls and the rest here, in *exit */
		status = status != REEVE_OK ? status : reeve_rec_run(rec, exit);
	} while (status == REEVE_OK && exit->reason == REEVE_EXIT_INTERRUPTED);
	return status;
}

int main(void)
{
	const struct reeve_host_ops ops = {
		.smc = my_smc, .pages_alloc = my_pages_alloc, .pages_free = my_pages_free, .pointer = my_pointer};
	static struct my_host my = {.base = REEVE_MODEL_DRAM_BASE};
	const struct reeve_host_config config = {.ops = &ops, .context = &my};
	struct reeve_host host;
	struct reeve_realm realm;
	struct reeve_rec rec = {0};
	struct reeve_exit exit = {0};
	struct reeve_error error;
	char text[400];
	my.firmware = reeve_model_new(&(struct reeve_model_config){0});
	if (my.firmware == NULL || reeve_host_init(&host, &config, &error) != REEVE_OK) {
		return 1;
	}
	reeve_realm_init(&realm, &host, NULL);
	if (live(&realm, &rec, &exit) != REEVE_OK) {
		error = reeve_realm_error(&realm);
		(void)reeve_error_format(&error, text, sizeof(text));
		puts(text);
	}
	printf("ended with %s, destroyed: ", reeve_exit_reason_name(exit.reason));
	printf("%s, pages held: ", reeve_status_name(reeve_realm_destroy(&realm)));
	reeve_host_fini(&host);
	printf("%d\n", (int)reeve_host_ledger_counts(&host).pages_held);
	reeve_model_free(my.firmware);
	return exit.reason == REEVE_EXIT_SYSTEM_OFF ? 0 : 1;
}
