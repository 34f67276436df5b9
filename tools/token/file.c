/* SPDX-License-Identifier: BSD-2-Clause */
/* file.c - reads a small file whole, and forgets it when it is freed. */
#include "tools/token/file.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

bool file_read(const char *path, size_t most, struct bytes *file, struct message *why)
{
	uint8_t *data = malloc(most + 1);
	size_t size = 0;

	if (data == NULL) {
		return message_set(why, "%s: there is not enough memory", path);
	}
	if (!bytes_peek(strcmp(path, "-") == 0 ? "/dev/stdin" : path, data, most + 1, &size, why)) {
		free(data);
		return false;
	}
	if (size > most) {
		OPENSSL_cleanse(data, size);
		free(data);
		return message_set(why, "%s is larger than %zu bytes", path, most);
	}
	data[size] = 0;
	*file = (struct bytes){data, size};
	return true;
}

void file_free(struct bytes *file)
{
	if (file->data != NULL) {
		OPENSSL_cleanse(file->data, file->size);
	}
	free(file->data);
	*file = (struct bytes){NULL, 0};
}
