/* SPDX-License-Identifier: BSD-2-Clause */
/* replay.c - gives a fuzz target the files of a corpus, one after the other, where there is no libFuzzer. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/fuzz/support/bytes.h"

enum { INPUT_MAX = 1 << 20, PATH_MAX_BYTES = 4096 };

/* 1 when the file was given to the target. */
static unsigned replay_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = malloc(INPUT_MAX);
	uint8_t *exact;
	size_t size;

	if (file == NULL || data == NULL) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	size = fread(data, 1, INPUT_MAX, file);
	(void)fclose(file);
	/* A copy of its very size, so that a read beyond it is noticed. */
	exact = malloc(size > 0 ? size : 1);
	if (exact == NULL) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	memcpy(exact, data, size);
	free(data);
	(void)fprintf(stderr, "%s\n", path); /* the last one named is the one that crashed */
	(void)LLVMFuzzerTestOneInput(exact, size);
	free(exact);
	return 1;
}

static unsigned replay(const char *path)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	unsigned count = 0;
	char name[PATH_MAX_BYTES];

	if (folder == NULL) {
		return replay_file(path);
	}
	while ((entry = readdir(folder)) != NULL) {
		(void)snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		count += entry->d_name[0] != '.' ? replay_file(name) : 0;
	}
	(void)closedir(folder);
	return count;
}

static bool is_folder(const char *path)
{
	struct stat about;

	return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

int main(int argc, char **argv)
{
	unsigned count = 0;
	bool is_corpus = argc > 1;

	for (int i = 1; i < argc; i++) {
		is_corpus = is_corpus && is_folder(argv[i]);
		count += replay(argv[i]);
	}
	if (count == 0) {
		(void)fprintf(stderr, "usage: %s FILE-OR-FOLDER...: no input found\n", argv[0]);
		return 2;
	}
	if (is_corpus && fuzz_corpus_is_whole != NULL && !fuzz_corpus_is_whole()) {
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
