<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:t="urn://mezhved.example/extract/1.0.0">
  <xsl:output method="xml" encoding="UTF-8"/>
  <xsl:template match="/t:ExtractRequest">
    <m:RequestRejected xmlns:m="urn://x-artefacts-smev-gov-ru/services/message-exchange/types/1.2">
      <m:RejectionReasonCode>NO_DATA</m:RejectionReasonCode>
      <m:RejectionReasonDescription>Юридическое лицо не найдено</m:RejectionReasonDescription>
    </m:RequestRejected>
  </xsl:template>
</xsl:stylesheet>
