// The two broadcast events. `changed` means only "refetch".
import { listen } from "@tauri-apps/api/event";
import type { Changed, CloseAsked, Topic } from "./bindings";

type Unlisten = () => void;

function on<T>(name: string, heard: (payload: T) => void): Unlisten {
  const listening = listen<T>(name, (event) => heard(event.payload));
  return () => void listening.then((stop) => stop());
}

export function onChanged(topics: readonly Topic[], heard: (topic: Topic) => void): Unlisten {
  return on<Changed>("changed", ({ topic }) => {
    if (topics.includes(topic)) heard(topic);
  });
}

export function onCloseAsked(heard: (asked: CloseAsked) => void): Unlisten {
  return on<CloseAsked>("close-asked", heard);
}

/** Files dropped on the window, by path. */
export function onFilesDropped(over: (is: boolean) => void, dropped: (paths: string[]) => void): Unlisten {
  const stops = [
    on<unknown>("tauri://drag-enter", () => over(true)),
    on<unknown>("tauri://drag-leave", () => over(false)),
    on<{ paths: string[] }>("tauri://drag-drop", ({ paths }) => {
      over(false);
      dropped(paths);
    }),
  ];
  return () => stops.forEach((stop) => stop());
}
