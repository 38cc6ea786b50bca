"""Texts that are the gateway's own: a service's row may say the same words in its own way."""

from __future__ import annotations

from contracts.tables import Names

TEXTS = {
    "sent": Names(ru="Заявка отправлена", kk="Өтініш жіберілді", en="Application sent"),
    "waiting_code": Names(
        ru="Ожидается код из SMS", kk="SMS-тегі код күтілуде", en="Waiting for the code of the message"
    ),
    "in_progress": Names(ru="В обработке", kk="Өңделуде", en="In progress"),
    "waiting_data": Names(
        ru="Ожидание сведений из государственных органов",
        kk="Мемлекеттік органдардан мәліметтер күтілуде",
        en="Waiting for data from state bodies",
    ),
    "package_registered": Names(
        ru="Пакет документов зарегистрирован", kk="Құжаттар топтамасы тіркелді", en="The package is registered"
    ),
    "extended": Names(
        ru="Срок формирования пакета документов продлён до {date}",
        kk="Құжаттар топтамасын қалыптастыру мерзімі {date} дейін ұзартылды",
        en="The forming of the package is extended until {date}",
    ),
    "need_paper": Names(
        ru="Представьте документ или исправьте сведения",
        kk="Құжатты ұсыныңыз немесе мәліметті түзетіңіз",
        en="Bring a document, or correct what is declared",
    ),
    "incomplete": Names(
        ru="Пакет документов зарегистрирован неполным, рассматривается услугодателем",
        kk="Құжаттар топтамасы толық емес күйде тіркелді, көрсетілетін қызметті беруші қарауда",
        en="The package is registered incomplete, the provider considers it",
    ),
    "preliminary_refusal": Names(
        ru="Предварительное решение об отказе, заслушивание {date}",
        kk="Бас тарту туралы алдын ала шешім, тыңдау {date}",
        en="Preliminary decision to refuse, hearing on {date}",
    ),
    "approved": Names(ru="Принято положительное решение", kk="Оң шешім қабылданды", en="The decision is positive"),
    "refused": Names(ru="В оказании услуги отказано", kk="Қызмет көрсетуден бас тартылды", en="The service is refused"),
    "withdrawn": Names(ru="Заявление отозвано", kk="Өтініш кері қайтарылды", en="The application is withdrawn"),
    "owner": Names(
        ru="Ожидается ответ государственного органа на письменный запрос",
        kk="Мемлекеттік органның жазбаша сұрау салуға жауабы күтілуде",
        en="A state body is to answer a written request",
    ),
    "nobody": Names(ru="Рассмотрение завершено", kk="Қарау аяқталды", en="The case is closed"),
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
