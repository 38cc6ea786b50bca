"""Texts that are the gateway's own: a service's row may say the same words in its own way."""

from __future__ import annotations

from contracts.tables import Names

TEXTS = {
    "sent": Names(ru="Заявка отправлена", kk="Өтініш жіберілді", en="Application sent"),
    "in_progress": Names(ru="В обработке", kk="Өңделуде", en="In progress"),
    "waiting_data": Names(
        ru="Ожидание сведений из государственных органов",
        kk="Мемлекеттік органдардан мәліметтер күтілуде",
        en="Waiting for data from state bodies",
    ),
    "package_registered": Names(
        ru="Пакет документов зарегистрирован", kk="Құжаттар топтамасы тіркелді", en="The package is registered"
    ),
    "gateway": Names(ru="Сведения собирает шлюз", kk="Мәліметтерді шлюз жинауда", en="The gateway gathers data"),
    "applicant": Names(ru="Ожидаются действия заявителя", kk="Өтініш берушінің әрекеті күтілуде", en="The applicant"),
    "provider": Names(
        ru="На рассмотрении услугодателя", kk="Қызмет көрсетушінің қарауында", en="The provider considers it"
    ),
    "ticket": Names(ru="Отрывной талон заявления", kk="Өтініштің үзбелі талоны", en="Ticket of the application"),
    "processing_notice": Names(
        ru="Уведомление об обработке заявки", kk="Өтінішті өңдеу туралы хабарлама", en="Notice of processing"
    ),
}
