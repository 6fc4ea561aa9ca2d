package main

import "golang.org/x/sys/unix"

const auditArch = unix.AUDIT_ARCH_AARCH64

// machineAllowed is empty: this machine has no older names.
var machineAllowed []uintptr
