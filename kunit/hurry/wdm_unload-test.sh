#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Unloading drivers whose threads and work items have not ended: reported, and waited for; or whose timers and DPCs
# nobody has cancelled: reported, and taken out. Runs in the guest, with no module loaded, and leaves none. Prints KTAP.
# shellcheck disable=SC1091 # there, in the guest
. /cases-lib.sh

in_log() {
	dmesg | sed -n "/wdm_unload-test: begin $1\$/,\$p" | grep -q "$2"
}

gone() {
	[ ! -e "/sys/module/$1" ]
}

begin() {
	echo "wdm_unload-test: begin $1" >/dev/kmsg
	expect insmod /eresource.ko region_watch=0
	expect insmod /wdmsync.ko
	expect insmod /eres_hurry.ko way="$1"
}

# Both at once: what a thread does on its last way out is in the second module, too.
end() {
	expect in_log "$1" "eres_hurry: $1 has ended\$"
	end_gone
}

end_gone() {
	expect gone eres_hurry
	expect rmmod wdmsync
	expect rmmod eresource
	expect gone wdmsync
}

thread_of_an_unloaded_driver_is_waited_for() {
	begin thread
	announce 'driver unloaded before a thread of its has ended'
	expect rmmod eres_hurry
	end_announced
	end thread
}

work_of_an_unloaded_driver_is_waited_for() {
	begin work
	announce 'driver unloaded before a work item of its has returned'
	expect rmmod eres_hurry
	end_announced
	end work
}

thread_that_a_work_item_makes_is_waited_for() {
	begin maker
	announce 'driver unloaded before a thread of its has ended'
	expect rmmod eres_hurry
	end_announced
	expect in_log maker 'driver unloaded before a work item of its has returned'
	end maker
}

# What would run in memory that is gone has a second to do so.
taken_out() {
	begin "$1"
	announce "driver unloaded with a $2 of its"
	expect rmmod eres_hurry
	end_announced
	sleep 1
	end_gone
}

timer_of_an_unloaded_driver_is_taken_out() {
	taken_out timer timer
}

timer_in_the_module_is_taken_out() {
	taken_out clock timer
}

dpc_of_an_unloaded_driver_is_taken_out() {
	taken_out dpc DPC
}

driver_that_waits_goes_in_silence() {
	begin waits
	expect rmmod eres_hurry
	refuse in_log waits 'driver unloaded before'
	end waits
}

cases='driver_that_waits_goes_in_silence
thread_of_an_unloaded_driver_is_waited_for
work_of_an_unloaded_driver_is_waited_for
thread_that_a_work_item_makes_is_waited_for
timer_of_an_unloaded_driver_is_taken_out
timer_in_the_module_is_taken_out
dpc_of_an_unloaded_driver_is_taken_out'

# shellcheck disable=SC2086 # words are wanted
run_cases eresource_wdm_unload $cases
