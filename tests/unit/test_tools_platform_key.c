/* SPDX-License-Identifier: BSD-2-Clause */
/* test_tools_platform_key.c - key files of others, and what a process that read one may still do; tests/cli/attest.t has the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "machine/hosted/p384_pem.h"
#include "tools/platform_key.h"
#include "tools/token/signer.h"

enum { SOMEBODY = 12345, PATH_SIZE = 64 };

static const uint8_t zero[P384_SCALAR_SIZE];

/* A key file of this test's alone; the caller removes it. */
static void file_make(char path[PATH_SIZE], uint8_t scalar[P384_SCALAR_SIZE])
{
	char pem[P384_PEM_MAX];
	size_t size;
	int fd;

	(void)snprintf(path, PATH_SIZE, "%s/reeve-key-XXXXXX", P_tmpdir);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_true(hosted_p384_random(scalar));
	size = hosted_p384_pem_private(scalar, pem);
	assert_true(size > 0);
	assert_int_equal(write(fd, pem, size), size);
	assert_int_equal(close(fd), 0);
}

static void of_another(void **state)
{
	char path[PATH_SIZE] = "/etc/passwd"; /* for who is not root */
	bool is_root = geteuid() == 0;
	uint8_t scalar[P384_SCALAR_SIZE];
	struct message why = {""};

	(void)state;
	if (is_root) {
		file_make(path, scalar);
		assert_int_equal(chown(path, SOMEBODY, (gid_t)-1), 0);
	}
	memset(scalar, 0xFF, sizeof(scalar));
	assert_false(platform_key_read(path, scalar, &why));
	assert_non_null(strstr(why.text, "belongs to user"));
	assert_memory_equal(scalar, zero, sizeof(zero));
	assert_int_equal(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 1); /* nothing was read */
	if (is_root) {
		assert_int_equal(unlink(path), 0);
	}
}

/* Every mode but the owner's own bits is refused. */
static void modes(void **state)
{
	char path[PATH_SIZE];
	uint8_t want[P384_SCALAR_SIZE];
	uint8_t scalar[P384_SCALAR_SIZE];

	(void)state;
	file_make(path, want);
	for (unsigned mode = 0; mode < 0100; mode++) {
		struct message why = {""};
		bool is_alone = mode == 0;

		assert_int_equal(chmod(path, 0600 | mode), 0);
		assert_int_equal(platform_key_read(path, scalar, &why), is_alone);
		assert_memory_equal(scalar, is_alone ? want : zero, sizeof(zero));
		assert_int_equal(why.text[0] == '\0', is_alone);
	}
	assert_int_equal(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
	assert_int_equal(unlink(path), 0);
}

/* A process that made the kept key, or that holds keys to sign with, leaves no core. */
static void no_core(void **state)
{
	char folder[PATH_SIZE];
	char path[2 * PATH_SIZE];
	char file[PATH_SIZE];
	uint8_t scalar[P384_SCALAR_SIZE];
	struct signer signer;
	struct message why = {""};

	(void)state;
	(void)snprintf(folder, sizeof(folder), "%s/reeve-state-XXXXXX", P_tmpdir);
	assert_non_null(mkdtemp(folder));
	assert_int_equal(setenv("XDG_STATE_HOME", folder, 1), 0);
	assert_int_equal(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), 0);
	assert_true(platform_key_keep(scalar, &why));
	assert_int_equal(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
	(void)snprintf(path, sizeof(path), "%s/reeve/platform-key.pem", folder);
	assert_int_equal(unlink(path), 0);
	(void)snprintf(path, sizeof(path), "%s/reeve", folder);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(rmdir(folder), 0);
	file_make(file, scalar);
	assert_int_equal(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), 0);
	assert_true(signer_load(&signer, file, &why));
	assert_int_equal(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
	signer_free(&signer);
	assert_int_equal(unlink(file), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_another),
		cmocka_unit_test(modes),
		cmocka_unit_test(no_core),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
