"""The site: built and delivered where what it shows has changed, then recorded."""

from __future__ import annotations

from .. import faults
from ..bootstrap import Service, template_dirs
from ..casework import publishing, showing
from ..errors import InboxBotError, UnavailableError
from ..register.states import Publication
from ..render.pages import build_site, page_of
from ..store import entries, facts, search
from ..store.tables import Entry
from ..transport.delivery import deliver
from .report import Report


class Site:
    """The published entries, as they stand on the web."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._database = service.database

    def publish_if_changed(self, report: Report) -> None:
        """Build and deliver the site where what it shows has changed since the last build."""
        try:
            with self._database.begin() as session:
                job = self.service.job(session)
                digest_now = showing.site_digest(job, self.service.briefing)
                if digest_now == facts.get(session, "site_built"):
                    return
            report.published += self.publish()
        except InboxBotError as error:
            report.errors.append(str(error))
            report.unreachable |= isinstance(error, UnavailableError)

    def publish(self) -> int:
        """Build the whole site, deliver it, then record what is on it; how many entries are new there."""
        settings = self.service.settings
        with self._database.begin() as session:
            job = self.service.job(session)
            search.index_briefing(session, self.service.briefing)
            shown = showing.public_entries(job)
            context = showing.site_context(job, self.service.briefing)
        target = settings.publication_target
        remote = "://" in target
        folder = settings.path("var/site-build") if remote else settings.path(target)
        build_site(
            [page for _, page, _ in shown],
            site=context,
            template_dirs=template_dirs(settings),
            target=folder,
            now=self.service.desk.local(self.service.clock()),
        )
        faults.point("publication.built")
        if remote:
            deliver(folder, target)
        faults.point("publication.swapped")
        fresh = 0
        with self._database.begin() as session:
            job = self.service.job(session)
            for entry, _, draft in shown:
                now = session.get(Entry, entry.id)
                assert now is not None
                approved = entries.approved_draft(session, now)
                if draft is None or approved is None or approved.version != draft.version:
                    continue
                if now.publication is Publication.APPROVED:
                    publishing.published(job, [now])
                    fresh += 1
                link = (
                    f"{settings.office.website.rstrip('/')}/{page_of(now.reference)}"
                    if settings.office.website
                    else ""
                )
                search.index_entry(session, now, approved, link)
            on_it = (Publication.PUBLISHED, Publication.APPROVED)
            search.keep_entries(
                session, {e.reference for e in entries.on_the_page(session) if e.publication in on_it}
            )
            facts.put(session, "site_built", showing.site_digest(job, self.service.briefing))
        faults.point("publication.committed")
        return fresh
