/*
 * Talking to systemd by its plain protocol, without its library: a datagram of KEY=value lines to $NOTIFY_SOCKET.
 * Started by anything else, nothing is said and nothing fails.
 *
 *   READY=1  RELOADING=1  STOPPING=1  STATUS=…      sd_notify(3)
 *   WATCHDOG=1 at least twice in $WATCHDOG_USEC     sd_watchdog_enabled(3)
 */
#ifndef GK_NOTIFY_H
#define GK_NOTIFY_H

/* Takes the two variables out of the environment; before any fork, once. */
void notify_init(void);
void notify(const char *lines);
/* Milliseconds between two WATCHDOG=1; 0 if nobody waits for them. */
long notify_every_ms(void);

#endif
