"""What happened in the market, kept for one ladder: asked four times a second, the session's volume once."""

from station.link.source import Source
from station.views.flow import ProfileView
from station.views.ladder import LadderFlow, SessionRows
from station.views.ladder_flow import ladder_flow, session_rows
from station.widgets.pane import AS_TABLE, SELDOM


class KeptFlow:
    def __init__(self) -> None:
        self.flow: LadderFlow | None = None
        self._turn = 0
        self._of = (-1, 0)
        """Instrument and ticks of a row"""
        self._profile: ProfileView | None = None
        self._session = SessionRows()

    def is_of(self, instrument_id: int, group_ticks: int) -> bool:
        return self._of == (instrument_id, group_ticks)

    def take(self, source: Source, instrument_id: int, group_ticks: int) -> bool:
        """Once a frame: did anything of it change?"""
        turn, is_other = self._turn, not self.is_of(instrument_id, group_ticks)
        self._turn += 1
        if turn % AS_TABLE and not is_other:
            return False
        self._of = instrument_id, group_ticks
        if turn % SELDOM == 0 or is_other:
            profile = source.profile(instrument_id)
            if profile is not self._profile or is_other:
                self._profile, self._session = profile, session_rows(profile, group_ticks)
        before, (_, wall_ns) = self.flow, source.now()
        if source.flow_state().is_alive:
            levels, hints = source.level_flow(instrument_id), source.hints(instrument_id)
            self.flow = ladder_flow(levels, hints, self._session, group_ticks=group_ticks, wall_ns=wall_ns)
        else:
            self.flow = LadderFlow(session=self._session, is_old=True)
        return before != self.flow
