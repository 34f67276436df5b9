# SPDX-License-Identifier: BSD-2-Clause
# calls.t - each RSI and PSCI call and each device access of a realm, wrong and right: what the programs print when all is as specified.
# RMM v1.0, RSI: only the version is answered when a call is refused, and what is refused changes nothing.
$ reeve run $GUEST/rsi.elf 2>/dev/null
VERSION 1.1: ERROR_INPUT
VERSION 1.1, lower: 0x10000
VERSION 1.1, higher: 0x10000
VERSION 0.65535: ERROR_INPUT
VERSION 2.0: ERROR_INPUT
VERSION 1.0: SUCCESS
FEATURES 0: SUCCESS
FEATURES 0, value: 0x0
FEATURES of the last: SUCCESS
MEASUREMENT_READ 5: ERROR_INPUT
MEASUREMENT_READ of the last: ERROR_INPUT
MEASUREMENT_READ 0: SUCCESS
MEASUREMENT_READ 4: SUCCESS
MEASUREMENT_EXTEND RIM: ERROR_INPUT
RIM differs: 0x0
MEASUREMENT_EXTEND 5: ERROR_INPUT
MEASUREMENT_EXTEND 3, 65 bytes: ERROR_INPUT
MEASUREMENT_EXTEND 3, all bytes: ERROR_INPUT
REM 3 differs: 0x0
MEASUREMENT_EXTEND 3, 64 bytes: SUCCESS
REM 3 differs: 0x1
REALM_CONFIG
 a byte further: ERROR_INPUT
 half its alignment further: ERROR_INPUT
 the first unprotected: ERROR_INPUT
 the page from the other side: ERROR_INPUT
 beyond the IPA space: ERROR_INPUT
 the last page there is: ERROR_INPUT
 EMPTY: ERROR_INPUT
 the last protected page, EMPTY: ERROR_INPUT
 right: SUCCESS
 IPA width: 0x28
 RPV differs: 0x0
HOST_CALL
 a byte further: ERROR_INPUT
 half its alignment further: ERROR_INPUT
 the first unprotected: ERROR_INPUT
 the page from the other side: ERROR_INPUT
 beyond the IPA space: ERROR_INPUT
 the last page there is: ERROR_INPUT
 EMPTY: ERROR_INPUT
 the last protected page, EMPTY: ERROR_INPUT
 right: SUCCESS
 imm: 0x4321
 X0: 0x1234
 X30: 0x5678
IPA_STATE_GET
 base a byte further: ERROR_INPUT
 top a byte further: ERROR_INPUT
 nothing: ERROR_INPUT
 top below base: ERROR_INPUT
 across the half: ERROR_INPUT
 unprotected: ERROR_INPUT
 beyond the IPA space: ERROR_INPUT
 round the end of numbers: ERROR_INPUT
 right: SUCCESS
 pages: 0x1
 RIPAS: 0x1
IPA_STATE_SET
 base a byte further: ERROR_INPUT
 top a byte further: ERROR_INPUT
 nothing: ERROR_INPUT
 top below base: ERROR_INPUT
 across the half: ERROR_INPUT
 unprotected: ERROR_INPUT
 beyond the IPA space: ERROR_INPUT
 round the end of numbers: ERROR_INPUT
 to DESTROYED: ERROR_INPUT
 to 3: ERROR_INPUT
 to 256: ERROR_INPUT
 to the last: ERROR_INPUT
 a page to EMPTY: 0x1
 its RIPAS: 0x0
 a load traps: 0x1
 a page to RAM: 0x1
 its RIPAS: 0x1
 a load traps: 0x0
before the first function: NOT_SUPPORTED
behind the last function: NOT_SUPPORTED
rsi: ok
# PSCI 1.1 (DEN0022): 0 is SUCCESS, and of AFFINITY_INFO it is ON.
$ reeve run $GUEST/psci.elf 2>/dev/null
VERSION: 0x10001
SMCCC_VERSION: 0x10002
FEATURES of CPU_SUSPEND: SUCCESS
FEATURES of CPU_SUSPEND, 64 bits: SUCCESS
FEATURES of CPU_OFF: SUCCESS
FEATURES of CPU_OFF, 64 bits: NOT_SUPPORTED
FEATURES of CPU_ON: SUCCESS
FEATURES of CPU_ON, 64 bits: SUCCESS
FEATURES of AFFINITY_INFO: SUCCESS
FEATURES of AFFINITY_INFO, 64 bits: SUCCESS
FEATURES of SYSTEM_OFF: SUCCESS
FEATURES of SYSTEM_RESET: SUCCESS
FEATURES of FEATURES: SUCCESS
FEATURES of SMCCC_VERSION: SUCCESS
FEATURES of MIGRATE: NOT_SUPPORTED
FEATURES of SYSTEM_RESET2: NOT_SUPPORTED
FEATURES of RSI_VERSION: NOT_SUPPORTED
MIGRATE: NOT_SUPPORTED
SYSTEM_RESET2: NOT_SUPPORTED
CPU_OFF, 64 bits: NOT_SUPPORTED
32 bits
 CPU_ON of this CPU: ALREADY_ON
 CPU_ON of no CPU: INVALID_PARAMETERS
 CPU_ON, malformed: INVALID_PARAMETERS
 AFFINITY_INFO of this CPU: SUCCESS
 AFFINITY_INFO of no CPU: INVALID_PARAMETERS
 AFFINITY_INFO, malformed: INVALID_PARAMETERS
 AFFINITY_INFO of a cluster: INVALID_PARAMETERS
64 bits
 CPU_ON of this CPU: ALREADY_ON
 CPU_ON of no CPU: INVALID_PARAMETERS
 CPU_ON, malformed: INVALID_PARAMETERS
 CPU_ON at an unprotected entry: INVALID_ADDRESS
 CPU_ON beyond the IPA space: INVALID_ADDRESS
 AFFINITY_INFO of this CPU: SUCCESS
 AFFINITY_INFO of no CPU: INVALID_PARAMETERS
 AFFINITY_INFO, malformed: INVALID_PARAMETERS
 AFFINITY_INFO of a cluster: INVALID_PARAMETERS
CPU_SUSPEND: SUCCESS
 X4 afterwards: 0x4
CPU_SUSPEND, 64 bits: SUCCESS
 X4 afterwards: 0x4
psci: ok
# IBRD is written with 0x7766554433228899 by each store and read by each load; the abort at the hole is FSC 0x10.
$ reeve run $GUEST/device.elf 2>/dev/null
strb w: 0x99
strh w: 0x8899
str w: 0x8899
str x: 0x8899
strb wzr: 0x0
strh wzr: 0x0
str wzr: 0x0
str xzr: 0x0
ldrb w: 0x99
ldrb w: 0xf0
ldrsb w: 0xffffff99
ldrsb w: 0xfffffff0
ldrsb x: 0xffffffffffffff99
ldrsb x: 0xfffffffffffffff0
ldrh w: 0x8899
ldrh w: 0xf0
ldrsh w: 0xffff8899
ldrsh w: 0xf0
ldrsh x: 0xffffffffffff8899
ldrsh x: 0xf0
ldr w: 0x8899
ldr w: 0xf0
ldrsw x: 0x8899
ldrsw x: 0xf0
ldr x: 0x8899
ldr x: 0xf0
ldrb wzr: 0x8009000024
ldrsh xzr: 0x8009000024
ldr xzr: 0x8009000024
at the hole
ldrb w: 0x10
 is a write: 0x0
ldrsb w: 0x10
 is a write: 0x0
ldrsb x: 0x10
 is a write: 0x0
ldrh w: 0x10
 is a write: 0x0
ldrsh w: 0x10
 is a write: 0x0
ldrsh x: 0x10
 is a write: 0x0
ldr w: 0x10
 is a write: 0x0
ldrsw x: 0x10
 is a write: 0x0
ldr x: 0x10
 is a write: 0x0
strb w: 0x10
 is a write: 0x1
strh w: 0x10
 is a write: 0x1
str w: 0x10
 is a write: 0x1
str x: 0x10
 is a write: 0x1
strb wzr: 0x10
 is a write: 0x1
strh wzr: 0x10
 is a write: 0x1
str wzr: 0x10
 is a write: 0x1
str xzr: 0x10
 is a write: 0x1
wfi: 0x0
wfe: 0x0
wfi: 0x1
wfe: 0x1
wfi: 0x2
wfe: 0x2
device: ok
# With more CPUs that are off the answers are the same.
$ reeve run --cpus 4 $GUEST/psci.elf 2>/dev/null | tail -n 1
psci: ok
$ reeve run --hash sha512 $GUEST/rsi.elf 2>/dev/null | tail -n 1
rsi: ok
