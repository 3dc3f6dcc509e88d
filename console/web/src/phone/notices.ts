// Messages of the system, for a window that nobody looks at.

const TAG = "dialform-call";

/** Says that somebody calls, where people allowed it. By the service worker: phones know no other way. */
export async function notice(title: string, body: string): Promise<void> {
  if (document.visibilityState === "visible" || !("Notification" in window) || Notification.permission !== "granted") return;
  const worker = await navigator.serviceWorker?.getRegistration();
  await worker?.showNotification(title, { body, tag: TAG, requireInteraction: true }).catch(() => undefined);
}

/** It is over: nobody needs to be told any more. */
export async function taken(): Promise<void> {
  const worker = await navigator.serviceWorker?.getRegistration();
  for (const one of await worker?.getNotifications({ tag: TAG }) ?? []) one.close();
}
