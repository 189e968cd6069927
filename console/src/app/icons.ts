import chevronDown from "lucide-static/icons/chevron-down.svg?drawing";
import chevronUp from "lucide-static/icons/chevron-up.svg?drawing";
import chevronRight from "lucide-static/icons/chevron-right.svg?drawing";
import fall from "lucide-static/icons/arrow-down.svg?drawing";
import info from "lucide-static/icons/info.svg?drawing";
import boxes from "lucide-static/icons/box.svg?drawing";
import chart from "lucide-static/icons/chart-column.svg?drawing";
import columns from "lucide-static/icons/columns-2.svg?drawing";
import command from "lucide-static/icons/command.svg?drawing";
import download from "lucide-static/icons/download.svg?drawing";
import key from "lucide-static/icons/key-round.svg?drawing";
import languages from "lucide-static/icons/languages.svg?drawing";
import list from "lucide-static/icons/scroll-text.svg?drawing";
import live from "lucide-static/icons/activity.svg?drawing";
import logOut from "lucide-static/icons/log-out.svg?drawing";
import moon from "lucide-static/icons/moon.svg?drawing";
import panel from "lucide-static/icons/panel-left.svg?drawing";
import play from "lucide-static/icons/message-square.svg?drawing";
import plug from "lucide-static/icons/plug.svg?drawing";
import plus from "lucide-static/icons/plus.svg?drawing";
import route from "lucide-static/icons/route.svg?drawing";
import send from "lucide-static/icons/arrow-up.svg?drawing";
import settings from "lucide-static/icons/settings.svg?drawing";
import square from "lucide-static/icons/square.svg?drawing";
import sun from "lucide-static/icons/sun.svg?drawing";
import trash from "lucide-static/icons/trash-2.svg?drawing";

/** The drawings of the pages. */
export const PICTURES = {
  chevronDown,
  chevronUp,
  chevronRight,
  boxes,
  chart,
  columns,
  command,
  download,
  fall,
  info,
  key,
  languages,
  list,
  live,
  logOut,
  moon,
  panel,
  play,
  plug,
  plus,
  rise: send,
  route,
  send,
  settings,
  square,
  sun,
  trash,
} as const;
